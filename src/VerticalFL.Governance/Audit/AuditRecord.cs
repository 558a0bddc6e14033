using System.Security.Cryptography;
using VerticalFL.Messages;
using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Governance.Audit;

/// <summary>One record of an audit log: what happened, chained to all before it and signed.</summary>
public sealed record AuditRecord
{
    /// <summary>The record's number, from 1 without a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>When, in whole milliseconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Whose log it is.</summary>
    public required PartyId Party { get; init; }

    /// <summary>What happened.</summary>
    public required AuditKind Kind { get; init; }

    /// <summary>The study; null for what belongs to none.</summary>
    public StudyId? Study { get; init; }

    /// <summary>The run; null for what belongs to none.</summary>
    public RunId? Run { get; init; }

    /// <summary>The attempt; 0 for what belongs to none.</summary>
    public int Attempt { get; init; }

    /// <summary>Who did it: <c>service</c> or an operator's name.</summary>
    public required string Who { get; init; }

    /// <summary>More about it, by name; never an identifier, a value or a key.</summary>
    public required IReadOnlyDictionary<string, string> Details { get; init; }

    /// <summary>The hash of the record before; zeros for the first.</summary>
    public required ReadOnlyMemory<byte> Previous { get; init; }

    /// <summary>SHA-256 of the record's canonical bytes, which hold <see cref="Previous"/>.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }

    /// <summary>ECDSA P-256 with SHA-256 by the service key over the head (party, sequence, time, hash).</summary>
    public ReadOnlyMemory<byte> Signature { get; init; }

    /// <summary>The hash that this record must have.</summary>
    internal byte[] ComputeHash()
    {
        var writer = new MessagePackWriter();
        writer.WriteArrayHeader(11);
        writer.WriteString("vfl/v1/audit");
        writer.WriteString(Party.Value);
        writer.WriteInt(Sequence);
        writer.WriteInt(Time.ToUnixTimeMilliseconds());
        writer.WriteString(Kind.ToString());
        if (Study is { } study)
        {
            writer.WriteBinary(study.ToBytes());
        }
        else
        {
            writer.WriteNil();
        }

        if (Run is { } run)
        {
            writer.WriteBinary(run.ToBytes());
        }
        else
        {
            writer.WriteNil();
        }

        writer.WriteInt(Attempt);
        writer.WriteString(Who);
        writer.WriteArrayHeader(Details.Count * 2);
        foreach ((string name, string value) in Details.OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            writer.WriteString(name);
            writer.WriteString(value);
        }

        writer.WriteBinary(Previous.Span);
        return SHA256.HashData(writer.Written);
    }

    /// <summary>The bytes that a head's signature covers.</summary>
    internal static byte[] HeadBytes(PartyId party, long sequence, long unixMilliseconds, ReadOnlySpan<byte> hash)
    {
        var writer = new MessagePackWriter();
        writer.WriteArrayHeader(5);
        writer.WriteString("vfl/v1/audit-head");
        writer.WriteString(party.Value);
        writer.WriteInt(sequence);
        writer.WriteInt(unixMilliseconds);
        writer.WriteBinary(hash);
        return writer.Written.ToArray();
    }

    internal byte[] HeadBytes() => HeadBytes(Party, Sequence, Time.ToUnixTimeMilliseconds(), Hash.Span);
}
