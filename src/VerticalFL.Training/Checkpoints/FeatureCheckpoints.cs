using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Training.Checkpoints;

/// <summary>A feature party's side: it offers what it holds, goes on from what is chosen among that, and writes when it is told to.</summary>
internal sealed class FeatureCheckpoints(TrainingContext context, CheckpointKeeper keeper, PeerLinks links, Channel labelParty)
{
    /// <summary>Offers and follows the choice.</summary>
    /// <returns>The checkpoint to go on from; null to begin at the beginning.</returns>
    /// <exception cref="PeerProtocolException">The label party chose what was not offered.</exception>
    public async Task<Checkpoint?> ResumeAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<CheckpointMark> offers = keeper.Offers;
        await links.SendAsync(labelParty, new ResumeOffer { Held = offers }, cancellationToken);
        CheckpointMark? chosen = (await labelParty.ReceiveAsync<ResumeChoice>(cancellationToken)).Chosen;
        if (chosen is not null && !offers.Contains(chosen))
        {
            throw new PeerProtocolException(labelParty.Peer, CheckpointAgreement.Step, $"it chose step {chosen.Step}, which we did not offer.");
        }

        Checkpoint? checkpoint = keeper.Resume(chosen);
        if (chosen is not null)
        {
            context.Checkpointing?.Notices?.Report(new CheckpointNotice(CheckpointEvent.Resumed, chosen.Step, null));
        }

        return checkpoint;
    }

    /// <summary>Writes a checkpoint and answers, when one was announced.</summary>
    /// <exception cref="PeerProtocolException">The label party says that all hold a step which this party never wrote.</exception>
    public async Task AnswerAsync(long? heldByAll, long step, Func<ReadOnlyMemory<byte>, Checkpoint> make, CancellationToken cancellationToken)
    {
        if (heldByAll is not { } held)
        {
            return;
        }

        if (!keeper.Holds(held))
        {
            throw new PeerProtocolException(labelParty.Peer, "training: checkpoint", $"it says that all hold step {held}, which we do not.");
        }

        bool saved = keeper.Save(make, held);
        if (!saved)
        {
            context.Checkpointing?.Notices?.Report(new CheckpointNotice(CheckpointEvent.NotSaved, step, context.Self));
        }

        await (context.Checkpointing?.Announced?.Invoke(cancellationToken) ?? Task.CompletedTask);
        await links.SendAsync(labelParty, new CheckpointSaved { Step = step, Saved = saved }, cancellationToken);
    }
}
