using VerticalFL.Messages.MessagePack;

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
    /// <summary>The most parties of a study: one with labels, eight with features.</summary>
    public const int MaxApprovals = 9;

    /// <summary>The largest encoded approval, in bytes.</summary>
    public const int MaxApprovalBytes = 16 * 1024;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RunOrder, 4, 256 * 1024, MessageReaders.Consortium, "Which approved study runs now, and who approved it.");

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

        return new RunOrder(study, run, attempt, approvals);
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
    }
}
