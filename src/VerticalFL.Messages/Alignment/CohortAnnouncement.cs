using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>
/// With three or more parties: the leader tells a follower which of its patients are common to all. One message with no tags when the cohort is too small.
/// </summary>
/// <param name="CohortSize">How many patients all parties have in common, the same in every chunk.</param>
/// <param name="First">The place of the first tag; chunks follow each other without a gap.</param>
/// <param name="TagSize">The size of a tag in bytes, 1 to 16.</param>
/// <param name="Tags">The tags in ascending order, at most 4096 of them.</param>
public sealed record CohortAnnouncement(int CohortSize, int First, int TagSize, ReadOnlyMemory<byte> Tags) : IMessage<CohortAnnouncement>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.CohortAnnouncement, 4, AlignmentLimits.Overhead + (AlignmentLimits.ChunkElements * AlignmentLimits.MaxTagSize),
        MessageReaders.PeerParty,
        "How many patients all parties have in common by a pass's key, and which of the follower's own patients they are.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(CohortSize);
        writer.WriteInt(First);
        writer.WriteInt(TagSize);
        writer.WriteBinary(Tags.Span);
    }

    /// <inheritdoc/>
    public static CohortAnnouncement ReadFields(ref MessagePackReader reader)
    {
        int cohortSize = reader.ReadInt32(0, AlignmentLimits.MaxItems);
        int first = reader.ReadInt32(0, AlignmentLimits.MaxItems - 1);
        int tagSize = reader.ReadInt32(1, AlignmentLimits.MaxTagSize);
        return new CohortAnnouncement(cohortSize, first, tagSize, Chunk.ReadTags(ref reader, tagSize));
    }
}
