using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.MessagePack;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Governance.Approvals;

/// <summary>
/// One operator's decision on one study. The bytes that are signed, in order: the domain <c>vfl/v1/approval</c>, protocol version, study,
/// party, operator, decision, largest number of runs, expiry, time.
/// </summary>
public sealed record Approval
{
    /// <summary>The version of the protocols that a decision of this program covers.</summary>
    public const int CurrentProtocolVersion = 1;

    private const string Domain = "vfl/v1/approval";
    private const int MaxRunsLimit = 1_000_000;

    /// <summary>The study, by the hash of its exact bytes.</summary>
    public required StudyId Study { get; init; }

    /// <summary>The party that decides.</summary>
    public required PartyId Party { get; init; }

    /// <summary>The person who decides.</summary>
    public required string Operator { get; init; }

    /// <summary>True to approve, false to reject. A later decision replaces an earlier one.</summary>
    public required bool Approved { get; init; }

    /// <summary>How many runs may start, 1 to 1000000; the study's own number limits it further.</summary>
    public required int MaxRuns { get; init; }

    /// <summary>No run may start after this moment; whole seconds.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>When it was decided; whole seconds.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The version of the protocols. Default: the current one.</summary>
    public int ProtocolVersion { get; init; } = CurrentProtocolVersion;

    /// <summary>An operator's decision on the exact bytes of a study, within the study's own limits.</summary>
    /// <param name="document">The study as the operator has read it.</param>
    /// <param name="identity">The operator.</param>
    /// <param name="approved">True to approve.</param>
    /// <param name="at">Now. Without a day of its own in the study, the decision expires a year later.</param>
    public static Approval Decide(StudyDocument document, OperatorIdentity identity, bool approved, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(identity);
        DateTimeOffset expires = document.Study.Expires is { } day ? new DateTimeOffset(day, new TimeOnly(23, 59, 59), TimeSpan.Zero) : at.AddYears(1);
        return new Approval
        {
            Study = document.Id,
            Party = identity.Party,
            Operator = identity.Name,
            Approved = approved,
            MaxRuns = document.Study.MaxRuns,
            Expires = DateTimeOffset.FromUnixTimeSeconds(expires.ToUnixTimeSeconds()),
            Time = DateTimeOffset.FromUnixTimeSeconds(at.ToUnixTimeSeconds()),
        };
    }

    /// <summary>The bytes that are signed.</summary>
    public byte[] ToBytes()
    {
        var writer = new MessagePackWriter();
        writer.WriteArrayHeader(9);
        writer.WriteString(Domain);
        writer.WriteInt(ProtocolVersion);
        writer.WriteBinary(Study.ToBytes());
        writer.WriteString(Party.Value);
        writer.WriteString(Operator);
        writer.WriteBool(Approved);
        writer.WriteInt(MaxRuns);
        writer.WriteInt(Expires.ToUnixTimeSeconds());
        writer.WriteInt(Time.ToUnixTimeSeconds());
        return writer.Written.ToArray();
    }

    /// <summary>Reads signed bytes; the signature is not looked at.</summary>
    /// <exception cref="MessageFormatException">The bytes are not a decision.</exception>
    public static Approval Parse(ReadOnlySpan<byte> bytes)
    {
        // The last second of the year 9999.
        const long lastSecond = 253_402_300_799;
        var reader = new MessagePackReader(bytes);
        reader.ReadArrayHeader(9, 9);
        if (reader.ReadString(Domain.Length) != Domain)
        {
            throw new MessageFormatException("The signed bytes are not a decision on a study.");
        }

        var approval = new Approval
        {
            ProtocolVersion = reader.ReadInt32(1, ushort.MaxValue),
            Study = StudyId.FromBytes(reader.ReadBinaryExact(StudyId.Size)),
            Party = reader.ReadString(PartyId.MaxLength) is var party && PartyId.IsValid(party)
                ? new PartyId(party)
                : throw new MessageFormatException("A decision's party is not a party id."),
            Operator = reader.ReadString(PartyId.MaxLength) is var name && CertificateIdentity.IsOperatorName(name)
                ? name
                : throw new MessageFormatException("A decision's operator is not an operator's name."),
            Approved = reader.ReadBool(),
            MaxRuns = reader.ReadInt32(1, MaxRunsLimit),
            Expires = DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64(0, lastSecond)),
            Time = DateTimeOffset.FromUnixTimeSeconds(reader.ReadInt64(0, lastSecond)),
        };
        reader.End();
        return approval;
    }

    /// <summary>Signs the decision with the operator's key.</summary>
    /// <exception cref="ArgumentException">The decision names another party or operator than the key's certificate, or a value is out of range.</exception>
    public SignedApproval Sign(OperatorIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        if (identity.Party != Party || identity.Name != Operator)
        {
            throw new ArgumentException($"The decision names {Operator} of '{Party}', the key is of {identity.Name} of '{identity.Party}'.");
        }

        byte[] bytes = ToBytes();
        try
        {
            _ = Parse(bytes);
        }
        catch (MessageFormatException e)
        {
            throw new ArgumentException("The decision has a value out of range: " + e.Message, e);
        }

        return new SignedApproval(bytes, identity.Sign(bytes), identity.Certificate.RawData);
    }
}
