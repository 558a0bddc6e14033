using System.Collections.Concurrent;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Audit;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Agent.Runs;

/// <summary>The runs at this party: started by orders, stopped by cancels, each ending with exactly one <see cref="RunEnded"/>.</summary>
internal sealed class RunDesk(
    StudyDesk studies, StudyStore store, StudyRunner runner, RunFolder folders, AuditLog audit, ILogger<RunDesk> logger, TimeProvider time)
{
    private static readonly TimeSpan TelemetryPause = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<RunId, ActiveRun> _runs = new();
    private readonly ConcurrentDictionary<RunId, Task> _tasks = new();

    /// <summary>Starts a run, or refuses it; returns at once.</summary>
    public async Task StartAsync(RunOrder order, Func<RunEnded, Task> tellEnd, Func<RunProgress, Task> tellProgress)
    {
        if (_runs.ContainsKey(order.Run))
        {
            return;
        }

        if (studies.WhyNot(order) is { } reason)
        {
            Log.RunRefused(logger, order.Run.Short, reason);
            audit.Append(AuditKind.RunRefused, order.Study, order.Run, order.Attempt, new() { ["reason"] = reason });
            if (store.Find(order.Study) is { } known)
            {
                var refused = new ActiveRun(order.Run, order.Attempt, known);
                refused.End(RunOutcome.NotAllowed, $"The run may not start at '{runner.Party}': {reason}.");
                _runs[order.Run] = refused;
            }

            await tellEnd(new RunEnded(order.Run, RunOutcome.NotAllowed));
            return;
        }

        StudyDocument document = store.Find(order.Study)!;
        var run = new ActiveRun(order.Run, order.Attempt, document);
        if (_runs.TryAdd(order.Run, run))
        {
            store.AddRun(order.Study, order.Run);
            audit.Append(AuditKind.RunStarted, order.Study, order.Run, order.Attempt, []);
            Log.RunStarted(logger, run.Id.Short, document.Study.Name);
            _tasks[order.Run] = Task.Run(() => RunAsync(run, tellEnd, tellProgress), CancellationToken.None);
        }
    }

    public void Stop(RunId id, string reason)
    {
        if (_runs.TryGetValue(id, out ActiveRun? run))
        {
            run.Stop(reason);
        }
    }

    /// <summary>Stops every run and waits for their ends.</summary>
    public async Task StopAllAsync(string reason)
    {
        foreach (ActiveRun run in _runs.Values)
        {
            run.Stop(reason);
        }

        await Task.WhenAll(_tasks.Values);
    }

    public ActiveRun Find(string idOrPrefix)
    {
        ActiveRun[] found = [.. _runs.Values.Where(r => idOrPrefix.Length >= 8 && r.Id.Hex.StartsWith(idOrPrefix, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1
            ? found[0]
            : throw new LocalRequestException(LocalRefusal.NotFound, $"No single run begins with '{idOrPrefix}' since this agent started.");
    }

    public AgentRunView View(ActiveRun run) => run.View(folders.HasReport(run.Id));

    private async Task RunAsync(ActiveRun run, Func<RunEnded, Task> tellEnd, Func<RunProgress, Task> tellProgress)
    {
        long last = time.GetTimestamp();
        Station lastStation = Station.Ended;
        var progress = new RunTelemetry(run, p =>
        {
            if (p.Station == lastStation && time.GetElapsedTime(last) < TelemetryPause)
            {
                return;
            }

            (last, lastStation) = (time.GetTimestamp(), p.Station);
            _ = tellProgress(p);
        });
        RunOutcome outcome;
        string? error = null;
        try
        {
            await runner.RunAsync(run, progress, run.Stopping);
            outcome = RunOutcome.Finished;
        }
        catch (Exception e)
        {
            (outcome, error) = RunFailure.Of(e, run, runner.Party);
            if (outcome == RunOutcome.Failed)
            {
                Log.RunCrashed(logger, run.Id.Short, e);
            }
        }

        run.End(outcome, error);
        audit.Append(AuditKind.RunEnded, run.Document.Id, run.Id, run.Attempt, new() { ["outcome"] = outcome.ToString() });
        Log.RunEnded(logger, run.Id.Short, outcome, error ?? "");
        await tellEnd(new RunEnded(run.Id, outcome));
        _tasks.TryRemove(run.Id, out _);
    }
}
