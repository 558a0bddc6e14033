using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>Reads the binary field of a chunk: a positive whole number of elements, at most a chunk of them.</summary>
internal static class Chunk
{
    public static ReadOnlyMemory<byte> Read(ref MessagePackReader reader, int elementSize)
    {
        ReadOnlyMemory<byte> bytes = reader.ReadBulk(AlignmentLimits.ChunkElements * elementSize);
        return !bytes.IsEmpty && bytes.Length % elementSize == 0
            ? bytes
            : throw new MessageFormatException($"{bytes.Length} bytes are not one or more elements of {elementSize} bytes.");
    }

    public static ReadOnlyMemory<byte> ReadTags(ref MessagePackReader reader, int tagSize)
    {
        ReadOnlyMemory<byte> bytes = reader.ReadBulk(AlignmentLimits.ChunkElements * tagSize);
        return bytes.Length % tagSize == 0
            ? bytes
            : throw new MessageFormatException($"{bytes.Length} bytes are not a whole number of tags of {tagSize} bytes.");
    }
}
