using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Governance;

/// <summary>How far a party's ledger reaches, of privacy or of predictions, sent after a charge and before anything that was charged for. A peer keeps the newest.</summary>
/// <param name="Sequence">Records, from 1.</param>
/// <param name="Hash">The last record's SHA-256, which covers all records before it.</param>
public sealed record LedgerHead(long Sequence, ReadOnlyMemory<byte> Hash) : IMessage<LedgerHead>
{
    /// <summary>A hash's size, in bytes.</summary>
    public const int HashSize = 32;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.LedgerHead, 2, 64, MessageReaders.PeerParty, "How many charges a party's ledger has, of privacy or of predictions.");

    /// <inheritdoc/>
    public static LedgerHead ReadFields(ref MessagePackReader reader) =>
        new(reader.ReadInt64(1, int.MaxValue), reader.ReadBinaryExact(HashSize).ToArray());

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Sequence);
        writer.WriteBinary(Hash.Span);
    }
}
