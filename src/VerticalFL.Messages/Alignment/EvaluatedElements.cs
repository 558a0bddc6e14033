using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>A follower's evaluations of the leader's blinded elements, in the same order.</summary>
/// <param name="First">The place of the first element in the leader's list; chunks follow each other without a gap.</param>
/// <param name="Elements">Encoded ristretto255 elements of 32 bytes each, 1 to 4096 of them.</param>
public sealed record EvaluatedElements(int First, ReadOnlyMemory<byte> Elements) : IMessage<EvaluatedElements>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.EvaluatedElements, 2, AlignmentLimits.Overhead + (AlignmentLimits.ChunkElements * AlignmentLimits.ElementSize),
        MessageReaders.PeerParty,
        "The follower's keyed function at the leader's own identifiers; nothing about the follower's patients.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(First);
        writer.WriteBinary(Elements.Span);
    }

    /// <inheritdoc/>
    public static EvaluatedElements ReadFields(ref MessagePackReader reader) => new(
        reader.ReadInt32(0, AlignmentLimits.MaxItems - 1),
        Chunk.Read(ref reader, AlignmentLimits.ElementSize));
}
