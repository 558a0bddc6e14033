using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>A part of the leader's masked OKVS, with which the follower makes its key fit the leader's patients.</summary>
/// <param name="Header">The OKVS's seed (32 bytes) and the leader's random word (16), the same in every chunk.</param>
/// <param name="First">The place of the first slot; chunks follow each other without a gap.</param>
/// <param name="Slots">Slots of 16 bytes, 1 to 4096 of them.</param>
public sealed record VoleTable(ReadOnlyMemory<byte> Header, int First, ReadOnlyMemory<byte> Slots) : IMessage<VoleTable>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.VoleTable, 3,
        AlignmentLimits.Overhead + AlignmentLimits.VoleTableHeaderSize + (AlignmentLimits.ChunkElements * AlignmentLimits.VoleBlockSize),
        MessageReaders.PeerParty,
        "Nothing but the size of the leader's set: every slot is masked with a pseudorandom element that the follower cannot tell from random.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Header.Span);
        writer.WriteInt(First);
        writer.WriteBinary(Slots.Span);
    }

    /// <inheritdoc/>
    public static VoleTable ReadFields(ref MessagePackReader reader) => new(
        reader.ReadBinaryExact(AlignmentLimits.VoleTableHeaderSize).ToArray(),
        reader.ReadInt32(0, AlignmentLimits.MaxOkvsSlots - 1),
        Chunk.Read(ref reader, AlignmentLimits.VoleBlockSize));
}
