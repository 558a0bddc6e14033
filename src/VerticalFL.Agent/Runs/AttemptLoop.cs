using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Runs;

/// <summary>Runs the attempts of a run, one after the other, for as long as one waits; and says of each failure whether it ends the attempt or the run.</summary>
internal sealed class AttemptLoop(
    PartyId self, RunAttempt runAttempt, RunHistory history, RunEndings endings, ProgressVoice progress, ILogger logger, TimeProvider time)
{
    private static readonly TimeSpan Spacing = TimeSpan.FromSeconds(1);

    /// <summary>Until no attempt waits any longer, or the run has ended.</summary>
    public async Task RunAsync(PartyRun run)
    {
        do
        {
            await SpaceOutAsync(run);
        }
        while (await RunNextAsync(run));

        if (run.Ending is { } ending)
        {
            await endings.EndAsync(run, ending);
        }
    }

    private async Task<bool> RunNextAsync(PartyRun run)
    {
        if (run.Begin() is not { } attempt)
        {
            return false;
        }

        run.BeganAt = time.GetTimestamp();
        await RunOneAsync(run, attempt);
        return true;
    }

    /// <summary>A coordinator that floods attempts fills neither the audit log nor the processor; of those that come meanwhile the newest begins.</summary>
    private async Task SpaceOutAsync(PartyRun run)
    {
        if (run.BeganAt is { } began && Spacing - time.GetElapsedTime(began) is var rest && rest > TimeSpan.Zero && run.IsAwaited)
        {
            await Task.Delay(rest, time, CancellationToken.None);
        }
    }

    private async Task RunOneAsync(PartyRun run, ActiveRun attempt)
    {
        try
        {
            history.Begin(run, attempt);
            Log.RunStarted(logger, run.Id.Short, attempt.Attempt, run.Document.Study.Name);
            await runAttempt(attempt, progress.Of(attempt), e => FailAsync(run, attempt, e), attempt.Stopping);
            await endings.EndAsync(run, new RunEnd(attempt.Attempt, RunOutcome.Finished, null));
        }
        catch (Exception e)
        {
            await FailAsync(run, attempt, e);
        }
    }

    private async Task FailAsync(PartyRun run, ActiveRun attempt, Exception e)
    {
        if (run.Ending is { } ending)
        {
            await endings.EndAsync(run, ending);
            return;
        }

        if (RunFailure.CauseOf(e, attempt) is { } cause)
        {
            await endings.OverAsync(run, attempt, cause, e);
            return;
        }

        (RunOutcome outcome, string error) = RunFailure.Of(e, self);
        if (outcome == RunOutcome.Failed)
        {
            Log.RunCrashed(logger, run.Id.Short, e);
        }

        if (e is PeerProtocolException broke)
        {
            history.PeerBroke(run, attempt, broke);
        }

        await endings.EndAsync(run, new RunEnd(attempt.Attempt, outcome, error));
    }
}
