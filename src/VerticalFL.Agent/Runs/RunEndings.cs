using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Runs;

/// <summary>How attempts and runs end at this party: each once, in the log, on disk and at the coordinator, whoever ends it.</summary>
internal sealed class RunEndings(RunHistory history, ICoordinatorVoice voice, ILogger logger)
{
    /// <summary>The attempt is over and the run is not.</summary>
    public async Task OverAsync(PartyRun run, ActiveRun attempt, AttemptCause cause, string reason)
    {
        if (!run.NoteOver(attempt.Attempt, cause))
        {
            return;
        }

        Log.AttemptOver(logger, run.Id.Short, attempt.Attempt, cause, reason);
        history.Over(run, attempt, cause);
        await voice.TryTellAsync(new AttemptOver(run.Id, attempt.Attempt, cause), CancellationToken.None);
    }

    /// <summary>The run has ended here.</summary>
    public async Task EndAsync(PartyRun run, RunEnd end)
    {
        if (!run.TryEnd(end))
        {
            return;
        }

        Log.RunEnded(logger, run.Id.Short, end.Outcome, end.Error ?? "");
        history.End(run, end);
        await voice.TryTellAsync(new RunEnded(run.Id, end.Attempt, end.Outcome), CancellationToken.None);
    }
}
