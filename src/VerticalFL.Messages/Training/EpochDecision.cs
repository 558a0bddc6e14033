using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>What every party does after an epoch.</summary>
public enum EpochOutcome
{
    /// <summary>Go on with the next epoch.</summary>
    Continue = 0,

    /// <summary>These weights are the best so far: keep a copy, then go on.</summary>
    KeepAndContinue = 1,

    /// <summary>Training is over; these weights are the result.</summary>
    Stop = 2,

    /// <summary>Training is over; the copy that was kept last is the result.</summary>
    StopAndRestore = 3,
}

/// <summary>The label party's decision after an epoch; it alone sees the validation loss.</summary>
public sealed record EpochDecision : IMessage<EpochDecision>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.EpochDecision, 3, 32, MessageReaders.PeerParty,
        "Whether the validation loss has improved, and whether training goes on.");

    /// <summary>The epoch that is over, from 0.</summary>
    public required int Epoch { get; init; }

    /// <summary>What follows.</summary>
    public required EpochOutcome Outcome { get; init; }

    /// <summary>As <see cref="ActivationGradients.Checkpoint"/>: a checkpoint once the decision is carried out.</summary>
    public long? Checkpoint { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Epoch);
        writer.WriteInt((int)Outcome);
        CheckpointFields.Write(writer, Checkpoint);
    }

    /// <inheritdoc/>
    public static EpochDecision ReadFields(ref MessagePackReader reader) => new()
    {
        Epoch = reader.ReadInt32(0, int.MaxValue),
        Outcome = (EpochOutcome)reader.ReadInt32((int)EpochOutcome.Continue, (int)EpochOutcome.StopAndRestore),
        Checkpoint = CheckpointFields.Read(ref reader),
    };
}
