using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>The follower's masked sums of its random trees.</summary>
/// <param name="Sums">The length follows from the leader's size.</param>
public sealed record VoleSums(ReadOnlyMemory<byte> Sums) : IMessage<VoleSums>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.VoleSums, 1, AlignmentLimits.Overhead + AlignmentLimits.MaxVoleSumsSize, MessageReaders.PeerParty,
        "Nothing: sums of random tree nodes, each under a pad of which the leader holds at most one of two.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Sums.Span);
    }

    /// <inheritdoc/>
    public static VoleSums ReadFields(ref MessagePackReader reader) => new(reader.ReadBinary(AlignmentLimits.MaxVoleSumsSize).ToArray());
}
