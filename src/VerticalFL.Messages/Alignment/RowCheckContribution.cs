using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>Fresh randomness for the key of the row check, from every party to every other.</summary>
/// <param name="Session">The session id that the sender has computed; it must equal the receiver's.</param>
/// <param name="Contribution">32 bytes from the sender's operating system.</param>
public sealed record RowCheckContribution(ReadOnlyMemory<byte> Session, ReadOnlyMemory<byte> Contribution) : IMessage<RowCheckContribution>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RowCheckContribution, 2, AlignmentLimits.Overhead + (2 * AlignmentLimits.KeySize), MessageReaders.PeerParty,
        "Nothing about patients: random bytes, so that the coordinator cannot recompute the row check.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Session.Span);
        writer.WriteBinary(Contribution.Span);
    }

    /// <inheritdoc/>
    public static RowCheckContribution ReadFields(ref MessagePackReader reader) => new(
        reader.ReadBinaryExact(AlignmentLimits.KeySize).ToArray(),
        reader.ReadBinaryExact(AlignmentLimits.KeySize).ToArray());
}
