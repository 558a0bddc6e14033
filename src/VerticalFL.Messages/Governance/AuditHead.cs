using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Governance;

/// <summary>
/// The last record of a party's audit log, signed. A peer that keeps it can prove later that the log reached this record with this content.
/// </summary>
/// <param name="Party">Whose log it is.</param>
/// <param name="Sequence">The record's number, from 1.</param>
/// <param name="UnixMilliseconds">The record's time.</param>
/// <param name="Hash">The record's SHA-256, which covers all records before it.</param>
/// <param name="Signature">ECDSA P-256 with SHA-256 by the party's service key: r then s, 64 bytes.</param>
/// <param name="Certificate">The party's service certificate in DER.</param>
public sealed record AuditHead(
    PartyId Party,
    long Sequence,
    long UnixMilliseconds,
    ReadOnlyMemory<byte> Hash,
    ReadOnlyMemory<byte> Signature,
    ReadOnlyMemory<byte> Certificate) : IMessage<AuditHead>
{
    /// <summary>A hash's size, in bytes.</summary>
    public const int HashSize = 32;

    // The last millisecond of the year 9999, which every platform's clock can show.
    private const long MaxTime = 253_402_300_799_999;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AuditHead, 6, 5 * 1024, MessageReaders.PeerParty, "How many records a party's audit log has, and when it wrote the last one.");

    /// <inheritdoc/>
    public static AuditHead ReadFields(ref MessagePackReader reader)
    {
        string party = reader.ReadString(PartyId.MaxLength);
        return new AuditHead(
            PartyId.IsValid(party) ? new PartyId(party) : throw new MessageFormatException("The party of an audit head is not a party id."),
            reader.ReadInt64(1, long.MaxValue),
            reader.ReadInt64(0, MaxTime),
            reader.ReadBinaryExact(HashSize).ToArray(),
            reader.ReadBinaryExact(SignedApproval.SignatureSize).ToArray(),
            reader.ReadBinary(SignedApproval.MaxCertificateBytes).ToArray());
    }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteString(Party.Value);
        writer.WriteInt(Sequence);
        writer.WriteInt(UnixMilliseconds);
        writer.WriteBinary(Hash.Span);
        writer.WriteBinary(Signature.Span);
        writer.WriteBinary(Certificate.Span);
    }
}
