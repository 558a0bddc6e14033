using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>The keyed digest of the sender's ordered cohort, from every party to every other.</summary>
/// <param name="Session">The session id that the sender has computed; it must equal the receiver's.</param>
/// <param name="Digest">HMAC-SHA256 over the sender's name and the ordered items, 32 bytes.</param>
public sealed record RowCheckDigest(ReadOnlyMemory<byte> Session, ReadOnlyMemory<byte> Digest) : IMessage<RowCheckDigest>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RowCheckDigest, 2, AlignmentLimits.Overhead + (2 * AlignmentLimits.KeySize), MessageReaders.PeerParty,
        "Whether the sender has the same patients in the same order as the reader; nothing else.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Session.Span);
        writer.WriteBinary(Digest.Span);
    }

    /// <inheritdoc/>
    public static RowCheckDigest ReadFields(ref MessagePackReader reader) => new(
        reader.ReadBinaryExact(AlignmentLimits.KeySize).ToArray(),
        reader.ReadBinaryExact(AlignmentLimits.KeySize).ToArray());
}
