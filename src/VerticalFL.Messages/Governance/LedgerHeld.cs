using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Governance;

/// <summary>The answer to <see cref="LedgerHead"/>, sent when the new head is on the peer's disk: what the peer had kept before of the reader's ledger.</summary>
/// <param name="Sequence">Records; 0 when nothing was kept.</param>
/// <param name="Hash">The last record's SHA-256 then; zeros when nothing was kept.</param>
public sealed record LedgerHeld(long Sequence, ReadOnlyMemory<byte> Hash) : IMessage<LedgerHeld>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.LedgerHeld, 2, 64, MessageReaders.PeerParty, "How many charges the reader's own ledger had when the sender was last shown its head.");

    /// <inheritdoc/>
    public static LedgerHeld ReadFields(ref MessagePackReader reader) =>
        new(reader.ReadInt64(0, int.MaxValue), reader.ReadBinaryExact(LedgerHead.HashSize).ToArray());

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Sequence);
        writer.WriteBinary(Hash.Span);
    }
}
