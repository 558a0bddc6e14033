using VerticalFL.Messages.MessagePack;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Messages.Control;

/// <summary>
/// The coordinator orders an attempt of a run. An agent starts it only when the approvals in it, which it verifies itself, cover the study.
/// </summary>
/// <param name="Study">What to run.</param>
/// <param name="Run">The run, the same for every party.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Approvals">One encoded signed approval for each party of the study.</param>
public sealed record RunOrder(StudyId Study, RunId Run, int Attempt, IReadOnlyList<ReadOnlyMemory<byte>> Approvals) : IMessage<RunOrder>
{
    /// <summary>Which attempt before this one was over last, and why, as the coordinator was told; null for the first.</summary>
    public AttemptInterruption? After { get; init; }

    /// <summary>What is predicted, when the run is a prediction; null when it trains.</summary>
    public PredictionTerms? Prediction { get; init; }

    /// <summary>The parties that take part.</summary>
    /// <param name="study">Its study.</param>
    public IEnumerable<PartyId> PartiesOf(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        return Prediction?.PartiesOf(study) ?? study.Parties;
    }

    /// <summary>The most parties of a study: one with labels, eight with features.</summary>
    public const int MaxApprovals = 9;

    /// <summary>The largest encoded approval, in bytes.</summary>
    public const int MaxApprovalBytes = 16 * 1024;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RunOrder, 6, 256 * 1024, MessageReaders.Consortium,
        "Which approved study runs now or is used to predict, who approved it, and why the attempt before was over.");

    /// <inheritdoc/>
    public static RunOrder ReadFields(ref MessagePackReader reader)
    {
        StudyId study = StudyId.FromBytes(reader.ReadBinaryExact(StudyId.Size));
        RunId run = RunId.FromBytes(reader.ReadBinaryExact(RunId.Size));
        int attempt = reader.ReadInt32(1, int.MaxValue);
        var approvals = new ReadOnlyMemory<byte>[reader.ReadArrayHeader(0, MaxApprovals)];
        for (int i = 0; i < approvals.Length; i++)
        {
            approvals[i] = reader.ReadBinary(MaxApprovalBytes).ToArray();
        }

        return new RunOrder(study, run, attempt, approvals)
        {
            After = reader.TryReadNil() ? null : ReadAfter(ref reader),
            Prediction = reader.TryReadNil() ? null : PredictionTerms.Read(ref reader),
        };
    }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Study.ToBytes());
        writer.WriteBinary(Run.ToBytes());
        writer.WriteInt(Attempt);
        writer.WriteArrayHeader(Approvals.Count);
        foreach (ReadOnlyMemory<byte> approval in Approvals)
        {
            writer.WriteBinary(approval.Span);
        }

        if (After is { } after)
        {
            WriteAfter(writer, after);
        }
        else
        {
            writer.WriteNil();
        }

        if (Prediction is { } terms)
        {
            terms.Write(writer);
        }
        else
        {
            writer.WriteNil();
        }
    }

    private static void WriteAfter(MessagePackWriter writer, AttemptInterruption after)
    {
        writer.WriteArrayHeader(4);
        writer.WriteInt(after.Attempt);
        if (after.Party is { } party)
        {
            writer.WriteString(party.Value);
        }
        else
        {
            writer.WriteNil();
        }

        writer.WriteInt((int)after.Cause);
        LostLink.Write(writer, after.Lost);
    }

    private static AttemptInterruption ReadAfter(ref MessagePackReader reader)
    {
        reader.ReadArrayHeader(4, 4);
        int attempt = reader.ReadInt32(1, int.MaxValue);
        PartyId? party = reader.TryReadNil() ? null
            : reader.ReadString(PartyId.MaxLength) is var name && PartyId.IsValid(name) ? new PartyId(name)
            : throw new MessageFormatException("The party of an interruption is not a party id.");
        return new AttemptInterruption(attempt, party, (AttemptCause)reader.ReadInt32((int)AttemptCause.ProcessRestarted, (int)AttemptCause.Stopped))
        {
            Lost = LostLink.Read(ref reader),
        };
    }
}
