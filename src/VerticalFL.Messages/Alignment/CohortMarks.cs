using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>
/// With two parties: the leader tells the follower which of the tags that it has sent are of common patients. One message with no marks when the cohort is
/// too small.
/// </summary>
/// <param name="CohortSize">How many patients both parties have in common, the same in every chunk.</param>
/// <param name="Sum">
/// 16 bytes, the same in every chunk: the sum of values that only who holds a marked patient can compute, so that the leader cannot mark another.
/// </param>
/// <param name="First">The place of the first tag; chunks follow each other without a gap.</param>
/// <param name="Marks">A bit for each tag in the order in which they were sent, the lowest of a byte first, of at most 2^19 tags; those behind the last are 0.</param>
public sealed record CohortMarks(int CohortSize, ReadOnlyMemory<byte> Sum, int First, ReadOnlyMemory<byte> Marks) : IMessage<CohortMarks>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.CohortMarks, 4, AlignmentLimits.Overhead + AlignmentLimits.MaxTagSize + (AlignmentLimits.ChunkMarks / 8),
        MessageReaders.PeerParty,
        "How many patients both parties have in common by a pass's key, and which of the follower's own patients they are.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(CohortSize);
        writer.WriteBinary(Sum.Span);
        writer.WriteInt(First);
        writer.WriteBinary(Marks.Span);
    }

    /// <inheritdoc/>
    public static CohortMarks ReadFields(ref MessagePackReader reader) => new(
        reader.ReadInt32(0, AlignmentLimits.MaxItems),
        reader.ReadBinaryExact(AlignmentLimits.MaxTagSize).ToArray(),
        reader.ReadInt32(0, AlignmentLimits.MaxItems - 1),
        reader.ReadBulk(AlignmentLimits.ChunkMarks / 8));
}
