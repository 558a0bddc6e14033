using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>With two parties: the follower's OPRF values, truncated and sorted, so that their order tells nothing.</summary>
/// <param name="First">The place of the first tag; chunks follow each other without a gap.</param>
/// <param name="TagSize">The size of a tag in bytes, 1 to 16.</param>
/// <param name="Tags">The tags in ascending order, 1 to 4096 of them.</param>
public sealed record OprfTags(int First, int TagSize, ReadOnlyMemory<byte> Tags) : IMessage<OprfTags>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.OprfTags, 3, AlignmentLimits.Overhead + (AlignmentLimits.ChunkElements * AlignmentLimits.MaxTagSize),
        MessageReaders.PeerParty,
        "Which of the leader's patients the follower holds; the tags of all others are random to the leader.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(First);
        writer.WriteInt(TagSize);
        writer.WriteBinary(Tags.Span);
    }

    /// <inheritdoc/>
    public static OprfTags ReadFields(ref MessagePackReader reader)
    {
        int first = reader.ReadInt32(0, AlignmentLimits.MaxItems - 1);
        int tagSize = reader.ReadInt32(1, AlignmentLimits.MaxTagSize);
        return new OprfTags(first, tagSize, Chunk.Read(ref reader, tagSize));
    }
}
