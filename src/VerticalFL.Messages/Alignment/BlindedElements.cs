using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>The leader's identifiers as blinded group elements, for a follower to evaluate.</summary>
/// <param name="First">The place of the first element in the leader's list; chunks follow each other without a gap.</param>
/// <param name="Elements">Encoded ristretto255 elements of 32 bytes each, 1 to 4096 of them.</param>
public sealed record BlindedElements(int First, ReadOnlyMemory<byte> Elements) : IMessage<BlindedElements>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.BlindedElements, 2, AlignmentLimits.Overhead + (AlignmentLimits.ChunkElements * AlignmentLimits.ElementSize),
        MessageReaders.PeerParty,
        "Nothing but their number: each element is uniformly random to whoever lacks the leader's blinding scalars.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(First);
        writer.WriteBinary(Elements.Span);
    }

    /// <inheritdoc/>
    public static BlindedElements ReadFields(ref MessagePackReader reader) => new(
        reader.ReadInt32(0, AlignmentLimits.MaxItems - 1),
        Chunk.Read(ref reader, AlignmentLimits.ElementSize));
}
