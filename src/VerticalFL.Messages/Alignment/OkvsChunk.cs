using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>A part of a follower's OKVS, which holds its OPRF values masked with its zero-shares.</summary>
/// <param name="Seed">The seed of the OKVS's rows, 32 bytes, the same in every chunk.</param>
/// <param name="First">The place of the first slot; chunks follow each other without a gap.</param>
/// <param name="ValueSize">The size of a slot in bytes, 1 to 16.</param>
/// <param name="Slots">The slots, 1 to 4096 of them.</param>
public sealed record OkvsChunk(ReadOnlyMemory<byte> Seed, int First, int ValueSize, ReadOnlyMemory<byte> Slots) : IMessage<OkvsChunk>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.OkvsChunk, 4,
        AlignmentLimits.Overhead + AlignmentLimits.OkvsSeedSize + (AlignmentLimits.ChunkElements * AlignmentLimits.MaxTagSize),
        MessageReaders.PeerParty,
        "Which of the leader's patients all followers hold, once every follower's OKVS is there; alone it is random to the leader.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Seed.Span);
        writer.WriteInt(First);
        writer.WriteInt(ValueSize);
        writer.WriteBinary(Slots.Span);
    }

    /// <inheritdoc/>
    public static OkvsChunk ReadFields(ref MessagePackReader reader)
    {
        byte[] seed = reader.ReadBinaryExact(AlignmentLimits.OkvsSeedSize).ToArray();
        int first = reader.ReadInt32(0, AlignmentLimits.MaxOkvsSlots - 1);
        int valueSize = reader.ReadInt32(1, AlignmentLimits.MaxTagSize);
        return new OkvsChunk(seed, first, valueSize, Chunk.Read(ref reader, valueSize));
    }
}
