using VerticalFL.Messages.Control;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>How attempts and runs end at this party: each once, in the log, on disk and at the coordinator, whoever ends it.</summary>
internal sealed class RunEndings(RunHistory history, ICoordinatorVoice voice, LinkVoice links, ILogger logger)
{
    /// <summary>The attempt is over and the run is not.</summary>
    /// <param name="run">The run.</param>
    /// <param name="attempt">The attempt.</param>
    /// <param name="cause">Why.</param>
    /// <param name="failure">What happened, for this party's own log; of a lost channel the coordinator hears which, and which kind of reason it has.</param>
    public async Task OverAsync(PartyRun run, ActiveRun attempt, AttemptCause cause, Exception failure)
    {
        LostLink? lost = cause == AttemptCause.ChannelLost && failure is ChannelLostException e ? new LostLink(e.Peer, e.Fault) : null;
        if (!run.NoteOver(attempt.Attempt, cause, lost))
        {
            return;
        }

        links.Forget(run.Id);

        Log.AttemptOver(logger, run.Id.Short, attempt.Attempt, cause, failure.Message);
        history.Over(run, attempt, cause);
        await voice.TryTellAsync(new AttemptOver(run.Id, attempt.Attempt, cause) { Lost = lost }, CancellationToken.None);
    }

    /// <summary>The run has ended here.</summary>
    public async Task EndAsync(PartyRun run, RunEnd end)
    {
        if (!run.TryEnd(end))
        {
            return;
        }

        links.Forget(run.Id);
        Log.RunEnded(logger, run.Id.Short, end.Outcome, end.Error ?? "");
        history.End(run, end);
        await voice.TryTellAsync(new RunEnded(run.Id, end.Attempt, end.Outcome), CancellationToken.None);
    }
}
