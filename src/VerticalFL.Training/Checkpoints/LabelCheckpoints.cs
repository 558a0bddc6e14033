using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Training.Checkpoints;

/// <summary>The label party's side: it chooses where all begin, announces checkpoints, and waits for everybody's answer before the next.</summary>
internal sealed class LabelCheckpoints(TrainingContext context, CheckpointKeeper keeper, PeerLinks featureParties)
{
    private readonly CheckpointSchedule _schedule = new(
        context.Study.Checkpoints.EverySteps, context.Checkpointing?.Time ?? TimeProvider.System);

    private long _heldByAll;

    /// <summary>Collects the offers and tells everybody the choice.</summary>
    /// <returns>The checkpoint to go on from; null to begin at the beginning.</returns>
    /// <exception cref="PeerProtocolException">Two parties saw different courses of the same run.</exception>
    public async Task<Checkpoint?> ResumeAsync(CancellationToken cancellationToken)
    {
        var offers = new List<KeyValuePair<PartyId, IReadOnlyList<CheckpointMark>>>();
        foreach ((PartyId peer, Channel channel) in featureParties.All)
        {
            offers.Add(new(peer, (await channel.ReceiveAsync<ResumeOffer>(cancellationToken)).Held));
        }

        CheckpointMark? chosen = CheckpointAgreement.Choose(keeper.Offers, offers);
        Checkpoint? checkpoint = keeper.Resume(chosen);
        await featureParties.SendToAllAsync(new ResumeChoice { Chosen = chosen }, cancellationToken);
        _heldByAll = chosen?.Step ?? 0;
        if (chosen is not null)
        {
            context.Checkpointing?.Notices?.Report(new CheckpointNotice(CheckpointEvent.Resumed, chosen.Step, null));
        }

        return checkpoint;
    }

    /// <summary>What the message that ends a step says: null for no checkpoint, else the newest step that all parties hold.</summary>
    /// <remarks>The end of the training always is one: an attempt that comes after it repeats the evaluation only.</remarks>
    public long? Announce(long step, bool epochIsOver, bool trainingIsOver = false) =>
        context.Checkpointing is not null && (trainingIsOver || _schedule.IsDue(step, epochIsOver)) ? _heldByAll : null;

    /// <summary>Writes the checkpoint that was announced, and collects the answers.</summary>
    /// <exception cref="PeerProtocolException">A peer answers for another step.</exception>
    public async Task SaveAsync(long step, Func<ReadOnlyMemory<byte>, Checkpoint> make, CancellationToken cancellationToken)
    {
        long began = _schedule.Begin();
        bool all = Note(context.Self, step, keeper.Save(make, _heldByAll));
        await (context.Checkpointing?.Announced?.Invoke(cancellationToken) ?? Task.CompletedTask);
        foreach ((PartyId peer, Channel channel) in featureParties.All)
        {
            CheckpointSaved answer = await channel.ReceiveAsync<CheckpointSaved>(cancellationToken);
            if (answer.Step != step)
            {
                throw new PeerProtocolException(peer, "training: checkpoint", $"it answers for step {answer.Step}, we are at {step}.");
            }

            all &= Note(peer, step, answer.Saved);
        }

        _heldByAll = all ? step : _heldByAll;
        _schedule.Written(began);
    }

    private bool Note(PartyId party, long step, bool saved)
    {
        if (!saved)
        {
            context.Checkpointing?.Notices?.Report(new CheckpointNotice(CheckpointEvent.NotSaved, step, party));
        }

        return saved;
    }
}
