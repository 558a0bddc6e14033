using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>Fresh randomness for the zero-share key of two followers; the leader never sees it.</summary>
/// <param name="Session">The session id that the sender has computed; it must equal the receiver's.</param>
/// <param name="Contribution">32 bytes from the sender's operating system.</param>
public sealed record ZeroShareKey(ReadOnlyMemory<byte> Session, ReadOnlyMemory<byte> Contribution) : IMessage<ZeroShareKey>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.ZeroShareKey, 2, AlignmentLimits.Overhead + (2 * AlignmentLimits.KeySize), MessageReaders.PeerParty,
        "Nothing about patients: random bytes that keep the leader from seeing which patients only some followers hold.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Session.Span);
        writer.WriteBinary(Contribution.Span);
    }

    /// <inheritdoc/>
    public static ZeroShareKey ReadFields(ref MessagePackReader reader) => new(
        reader.ReadBinaryExact(AlignmentLimits.KeySize).ToArray(),
        reader.ReadBinaryExact(AlignmentLimits.KeySize).ToArray());
}
