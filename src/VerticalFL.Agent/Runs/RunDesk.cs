using System.Collections.Concurrent;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// The runs at this party: started by orders, stopped by cancels, each ending once. An end is kept, and told again whenever the coordinator
/// asks for the run again: the link may have been down when it was told first.
/// </summary>
internal sealed class RunDesk
{
    private static readonly TimeSpan TelemetryPause = TimeSpan.FromMilliseconds(250);
    private readonly StudyDesk _studies;
    private readonly StudyStore _store;
    private readonly StudyRunner _runner;
    private readonly RunFolder _folders;
    private readonly StorageKey _key;
    private readonly AuditLog _audit;
    private readonly ILogger<RunDesk> _logger;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<RunId, ActiveRun> _runs = new();
    private readonly ConcurrentDictionary<RunId, Task> _tasks = new();
    private volatile bool _stopping;

    public RunDesk(
        StudyDesk studies, StudyStore store, StudyRunner runner, RunFolder folders, StorageKey key, AuditLog audit, ILogger<RunDesk> logger, TimeProvider time)
    {
        _studies = studies;
        _store = store;
        _runner = runner;
        _folders = folders;
        _key = key;
        _audit = audit;
        _logger = logger;
        _time = time;
        foreach (StudyDocument document in store.All())
        {
            foreach (RunId run in store.Runs(document.Id))
            {
                _runs[run] = Recall(document, run);
            }
        }
    }

    /// <summary>Starts a run, or refuses it; returns at once.</summary>
    public async Task StartAsync(RunOrder order, Func<RunEnded, Task> tellEnd, Func<RunProgress, Task> tellProgress)
    {
        if (_runs.TryGetValue(order.Run, out ActiveRun? known))
        {
            await TellAgainAsync(known, tellEnd);
            return;
        }

        if (_stopping)
        {
            // The order comes again when the agent is back.
            return;
        }

        if (_studies.WhyNot(order) is { } reason)
        {
            Log.RunRefused(_logger, order.Run.Short, reason);
            _audit.Append(AuditKind.RunRefused, order.Study, order.Run, order.Attempt, new() { ["reason"] = reason });
            if (_store.Find(order.Study) is { } document)
            {
                var refused = new ActiveRun(order.Run, order.Attempt, document);
                refused.End(RunOutcome.NotAllowed, $"The run may not start at '{_runner.Party}': {reason}.");
                _runs[order.Run] = refused;
            }

            await tellEnd(new RunEnded(order.Run, RunOutcome.NotAllowed));
            return;
        }

        var run = new ActiveRun(order.Run, order.Attempt, _store.Find(order.Study)!);
        if (_runs.TryAdd(order.Run, run))
        {
            _store.AddRun(order.Study, order.Run);
            _audit.Append(AuditKind.RunStarted, order.Study, order.Run, order.Attempt, []);
            Log.RunStarted(_logger, run.Id.Short, run.Document.Study.Name);
            _tasks[order.Run] = Task.Run(() => RunAsync(run, tellEnd, tellProgress), CancellationToken.None);
        }
    }

    /// <summary>Stops a run; one that has ended, or was never known, is told as ended.</summary>
    public async Task StopAsync(RunCancel cancel, Func<RunEnded, Task> tellEnd)
    {
        if (!_runs.TryGetValue(cancel.Run, out ActiveRun? run))
        {
            await tellEnd(new RunEnded(cancel.Run, RunOutcome.Cancelled));
            return;
        }

        run.Stop(cancel.Reason);
        await TellAgainAsync(run, tellEnd);
    }

    /// <summary>Stops every run and waits for their ends.</summary>
    public async Task StopAllAsync(string reason)
    {
        _stopping = true;
        foreach (ActiveRun run in _runs.Values.Where(r => r.Outcome is null))
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
            : throw new LocalRequestException(LocalRefusal.NotFound, $"No single run begins with '{idOrPrefix}' at this party.");
    }

    public AgentRunView View(ActiveRun run) => run.View(_folders.HasReport(run.Id));

    private async Task RunAsync(ActiveRun run, Func<RunEnded, Task> tellEnd, Func<RunProgress, Task> tellProgress)
    {
        long last = _time.GetTimestamp();
        Station lastStation = Station.Ended;
        var progress = new RunTelemetry(run, p =>
        {
            if (p.Station == lastStation && _time.GetElapsedTime(last) < TelemetryPause)
            {
                return;
            }

            (last, lastStation) = (_time.GetTimestamp(), p.Station);
            _ = tellProgress(p);
        });
        try
        {
            await _runner.RunAsync(run, progress, EndWithAsync, run.Stopping);
            await EndAsync(run, RunOutcome.Finished, null, tellEnd);
        }
        catch (Exception e)
        {
            await EndWithAsync(e);
        }
        finally
        {
            _tasks.TryRemove(run.Id, out _);
        }

        async Task EndWithAsync(Exception e)
        {
            (RunOutcome outcome, string error) = RunFailure.Of(e, run, _runner.Party);
            if (outcome == RunOutcome.Failed && run.Outcome is null)
            {
                Log.RunCrashed(_logger, run.Id.Short, e);
            }

            if (e is PeerProtocolException broke && run.Outcome is null)
            {
                // The problem in words stays in the agent's own log: it is the one text here that a peer can shape.
                _audit.Append(
                    AuditKind.PeerBroke, run.Document.Id, run.Id, run.Attempt, new() { ["peer"] = broke.Peer.Value ?? "", ["step"] = broke.Step });
            }

            await EndAsync(run, outcome, error, tellEnd);
        }
    }

    private async Task EndAsync(ActiveRun run, RunOutcome outcome, string? error, Func<RunEnded, Task> tellEnd)
    {
        if (!run.End(outcome, error))
        {
            return;
        }

        Log.RunEnded(_logger, run.Id.Short, outcome, error ?? "");
        try
        {
            Keep(run, new RunEnd(run.Attempt, outcome, error));
        }
        catch (IOException e)
        {
            Log.RunCrashed(_logger, run.Id.Short, e);
        }

        await tellEnd(new RunEnded(run.Id, outcome));
    }

    private ActiveRun Recall(StudyDocument document, RunId id)
    {
        RunEnd? end = _folders.FindEnd(_key, _runner.Party, document.Id, id);
        var run = new ActiveRun(id, end?.Attempt ?? 0, document);
        if (end is null)
        {
            end = new RunEnd(0, RunOutcome.ChannelLost, $"The agent of '{_runner.Party}' was restarted in the middle of the run.");
            Keep(run, end);
        }

        run.End(end.Outcome, end.Error);
        return run;
    }

    private void Keep(ActiveRun run, RunEnd end)
    {
        var details = new Dictionary<string, string> { ["outcome"] = end.Outcome.ToString() };
        if (end.Outcome == RunOutcome.Cancelled && run.StopReason is { } reason)
        {
            details["reason"] = reason;
        }

        _audit.Append(AuditKind.RunEnded, run.Document.Id, run.Id, run.Attempt, details);
        _folders.SaveEnd(_key, _runner.Party, run.Document.Id, run.Id, end);
    }

    private static async Task TellAgainAsync(ActiveRun run, Func<RunEnded, Task> tellEnd)
    {
        if (run.Outcome is { } outcome)
        {
            await tellEnd(new RunEnded(run.Id, outcome));
        }
    }
}
