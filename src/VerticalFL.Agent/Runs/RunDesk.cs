using System.Collections.Concurrent;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Agent.Runs;

/// <summary>One attempt at this party, from its table to its part of the model.</summary>
/// <param name="run">The attempt.</param>
/// <param name="progress">Is told where it is.</param>
/// <param name="onFailing">Is told of a failure while the channels are still open, so that the coordinator hears the cause before the peers miss a channel.</param>
/// <param name="cancellationToken">Ends it.</param>
internal delegate Task RunAttempt(ActiveRun run, RunTelemetry progress, Func<Exception, Task> onFailing, CancellationToken cancellationToken);

/// <summary>
/// The runs at this party: attempts begun by orders, stopped by stops and newer orders, the run ended by cancels and by what no attempt can
/// mend. How an attempt or a run ended is told again whenever the coordinator asks for it again: the link may have been down at first.
/// </summary>
internal sealed class RunDesk
{
    private static readonly TimeSpan AttemptSpacing = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TelemetryPause = TimeSpan.FromMilliseconds(250);
    private readonly PartyId _self;
    private readonly StudyDesk _studies;
    private readonly StudyStore _store;
    private readonly RunAttempt _runAttempt;
    private readonly RunFolder _folders;
    private readonly StorageKey _key;
    private readonly ICoordinatorVoice _voice;
    private readonly AuditLog _audit;
    private readonly ILogger<RunDesk> _logger;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<RunId, PartyRun> _runs = new();
    private readonly ConcurrentDictionary<RunId, Task> _tasks = new();
    private readonly Lock _beginning = new();
    private volatile bool _stopping;

    public RunDesk(
        PartyId self,
        StudyDesk studies,
        StudyStore store,
        RunAttempt runAttempt,
        RunFolder folders,
        StorageKey key,
        ICoordinatorVoice voice,
        AuditLog audit,
        ILogger<RunDesk> logger,
        TimeProvider time)
    {
        _self = self;
        _studies = studies;
        _store = store;
        _runAttempt = runAttempt;
        _folders = folders;
        _key = key;
        _voice = voice;
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

    /// <summary>Begins an attempt, or refuses it, or tells how it ended; returns at once.</summary>
    public async Task StartAsync(RunOrder order)
    {
        if (_stopping)
        {
            // The order comes again when the agent is back.
            return;
        }

        PartyRun? run = _runs.GetValueOrDefault(order.Run);
        if (run is not null && !run.WouldBegin(order.Attempt))
        {
            await TellStandingAsync(run, order.Attempt);
            return;
        }

        if (_studies.WhyNot(order) is { } reason)
        {
            await RefuseAsync(run, order, reason);
            return;
        }

        BeginUnlessStopping(order, _store.Find(order.Study)!);
    }

    /// <summary>Stops an attempt; the run goes on later.</summary>
    public async Task StopAttemptAsync(AttemptStop stop)
    {
        if (!_runs.TryGetValue(stop.Run, out PartyRun? run))
        {
            await _voice.TryTellAsync(new AttemptOver(stop.Run, stop.Attempt, AttemptCause.Stopped), CancellationToken.None);
            return;
        }

        if (run.Standing(stop.Attempt).Ended is { } ended)
        {
            await _voice.TryTellAsync(ended, CancellationToken.None);
        }
        else if (run.StopAttempt(stop.Attempt, AttemptCause.Stopped) is { } cause)
        {
            await _voice.TryTellAsync(new AttemptOver(stop.Run, stop.Attempt, cause), CancellationToken.None);
        }
    }

    /// <summary>Ends a run; one that has ended, or was never known, is told as ended.</summary>
    public async Task CancelAsync(RunCancel cancel)
    {
        if (_runs.TryGetValue(cancel.Run, out PartyRun? run))
        {
            await CancelAsync(run, cancel.Reason);
            return;
        }

        await _voice.TryTellAsync(new RunEnded(cancel.Run, 0, RunOutcome.Cancelled), CancellationToken.None);
    }

    /// <summary>The run has ended everywhere. What was kept for a further attempt goes, if it has ended here too: a coordinator may lie.</summary>
    public void Close(RunClosed closed)
    {
        if (_runs.TryGetValue(closed.Run, out PartyRun? run) && run.End is not null)
        {
            Keep(run.Id, () => SealedCheckpoints.DeleteAll(_folders, run.Id));
        }
    }

    /// <summary>Ends a run because of a person's wish.</summary>
    public async Task CancelAsync(PartyRun run, string reason)
    {
        // A reason may be the coordinator's text, and it ends in logs and on terminals.
        string printable = new([.. reason.Select(c => char.IsControl(c) ? '.' : c)]);
        bool idle = run.EndSoon(RunOutcome.Cancelled, $"The run was cancelled: {printable}.");
        if (run.End is { } end)
        {
            await _voice.TryTellAsync(new RunEnded(run.Id, end.Attempt, end.Outcome), CancellationToken.None);
        }
        else if (idle)
        {
            await EndAsync(run, run.Ending!);
        }
    }

    /// <summary>Stops every attempt, because the service stops, and waits until they have unwound. The runs go on when it is back.</summary>
    public async Task StopAllAsync()
    {
        Task[] tasks;
        lock (_beginning)
        {
            _stopping = true;
            tasks = [.. _tasks.Values];
        }

        foreach (PartyRun run in _runs.Values)
        {
            run.StopAttempt(int.MaxValue, AttemptCause.AgentStopped);
        }

        await Task.WhenAll(tasks);
    }

    public PartyRun Find(string idOrPrefix)
    {
        PartyRun[] found = [.. _runs.Values.Where(r => idOrPrefix.Length >= 8 && r.Id.Hex.StartsWith(idOrPrefix, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1
            ? found[0]
            : throw new LocalRequestException(LocalRefusal.NotFound, $"No single run begins with '{idOrPrefix}' at this party.");
    }

    public AgentRunView View(PartyRun run) => run.View(_folders.HasReport(run.Id));

    /// <summary>Whatever begins is listed before anybody can look: a stop waits for it, or it never begins.</summary>
    private void BeginUnlessStopping(RunOrder order, StudyDocument document)
    {
        lock (_beginning)
        {
            if (_stopping)
            {
                return;
            }

            PartyRun run = _runs.GetOrAdd(order.Run, new PartyRun(order.Run, document));
            if (run.Accept(order))
            {
                // Its own thread: the attempt that is to unwind first may take its time, and the next message may be what ends it.
                _tasks[order.Run] = Task.Run(() => RunAttemptsAsync(run), CancellationToken.None);
            }
        }
    }

    private async Task RefuseAsync(PartyRun? run, RunOrder order, string reason)
    {
        Log.RunRefused(_logger, order.Run.Short, reason);
        _audit.Append(AuditKind.RunRefused, order.Study, order.Run, order.Attempt, new() { ["reason"] = reason });
        string error = $"The run may not {(run is null ? "start" : "go on")} at '{_self}': {reason}.";
        if (run is not null)
        {
            if (run.EndSoon(RunOutcome.NotAllowed, error))
            {
                await EndAsync(run, run.Ending!);
            }

            return;
        }

        var end = new RunEnd(0, RunOutcome.NotAllowed, error);
        if (_store.Find(order.Study) is { } document)
        {
            _runs[order.Run] = new PartyRun(order.Run, document, end: end);
        }

        await _voice.TryTellAsync(new RunEnded(order.Run, end.Attempt, end.Outcome), CancellationToken.None);
    }

    private async Task RunAttemptsAsync(PartyRun run)
    {
        do
        {
            await SpaceOutAsync(run);
        }
        while (await RunNextAsync(run));

        if (run.Ending is { } ending)
        {
            await EndAsync(run, ending);
        }
    }

    private async Task<bool> RunNextAsync(PartyRun run)
    {
        if (run.Begin() is not { } attempt)
        {
            return false;
        }

        run.BeganAt = _time.GetTimestamp();
        await RunOneAsync(run, attempt);
        return true;
    }

    /// <summary>A coordinator that floods attempts fills neither the audit log nor the processor; of those that come meanwhile the newest begins.</summary>
    private async Task SpaceOutAsync(PartyRun run)
    {
        if (run.BeganAt is { } began && AttemptSpacing - _time.GetElapsedTime(began) is var rest && rest > TimeSpan.Zero && run.IsAwaited)
        {
            await Task.Delay(rest, _time, CancellationToken.None);
        }
    }

    private async Task RunOneAsync(PartyRun run, ActiveRun attempt)
    {
        try
        {
            // Before the first byte leaves, so that neither the run is counted less nor the number begun twice, whatever happens to the process.
            _store.AddRun(run.Document.Id, run.Id);
            _folders.SaveNewestAttempt(_key, _self, run.Document.Id, run.Id, attempt.Kept);
            _audit.Append(AuditKind.RunStarted, run.Document.Id, run.Id, attempt.Attempt, []);
            Log.RunStarted(_logger, run.Id.Short, attempt.Attempt, run.Document.Study.Name);
            await _runAttempt(attempt, Telemetry(attempt), FailAsync, attempt.Stopping);
            await EndAsync(run, new RunEnd(attempt.Attempt, RunOutcome.Finished, null));
        }
        catch (Exception e)
        {
            await FailAsync(e);
        }

        async Task FailAsync(Exception e)
        {
            if (run.Ending is { } ending)
            {
                await EndAsync(run, ending);
                return;
            }

            if (RunFailure.CauseOf(e, attempt) is { } cause)
            {
                await OverAsync(run, attempt, cause, e.Message);
                return;
            }

            (RunOutcome outcome, string error) = RunFailure.Of(e, _self);
            if (outcome == RunOutcome.Failed)
            {
                Log.RunCrashed(_logger, run.Id.Short, e);
            }

            if (e is PeerProtocolException broke)
            {
                // The problem in words stays in the agent's own log: it is the one text here that a peer can shape.
                Keep(run.Id, () => _audit.Append(
                    AuditKind.PeerBroke, run.Document.Id, run.Id, attempt.Attempt, new() { ["peer"] = broke.Peer.Value ?? "", ["step"] = broke.Step }));
            }

            await EndAsync(run, new RunEnd(attempt.Attempt, outcome, error));
        }
    }

    private RunTelemetry Telemetry(ActiveRun attempt)
    {
        long last = _time.GetTimestamp();
        Station lastStation = Station.Ended;
        return new RunTelemetry(attempt, p =>
        {
            if (p.Station == lastStation && _time.GetElapsedTime(last) < TelemetryPause)
            {
                return;
            }

            (last, lastStation) = (_time.GetTimestamp(), p.Station);
            _ = _voice.TryTellAsync(p, CancellationToken.None);
        });
    }

    private async Task OverAsync(PartyRun run, ActiveRun attempt, AttemptCause cause, string reason)
    {
        if (!run.NoteOver(attempt.Attempt, cause))
        {
            return;
        }

        Log.AttemptOver(_logger, run.Id.Short, attempt.Attempt, cause, reason);
        Keep(run.Id, () => KeepOver(run.Document, run.Id, attempt.Kept with { Over = cause }));
        await _voice.TryTellAsync(new AttemptOver(run.Id, attempt.Attempt, cause), CancellationToken.None);
    }

    private async Task EndAsync(PartyRun run, RunEnd end)
    {
        if (!run.TryEnd(end))
        {
            return;
        }

        Log.RunEnded(_logger, run.Id.Short, end.Outcome, end.Error ?? "");
        var details = new Dictionary<string, string> { ["outcome"] = end.Outcome.ToString() };
        if (end is { Outcome: RunOutcome.Cancelled, Error: { } reason })
        {
            details["reason"] = reason;
        }

        Keep(run.Id, () =>
        {
            _audit.Append(AuditKind.RunEnded, run.Document.Id, run.Id, end.Attempt, details);
            _folders.SaveEnd(_key, _self, run.Document.Id, run.Id, end);
            if (end.Outcome != RunOutcome.Finished)
            {
                SealedCheckpoints.DeleteAll(_folders, run.Id);
            }
        });
        await _voice.TryTellAsync(new RunEnded(run.Id, end.Attempt, end.Outcome), CancellationToken.None);
    }

    private async Task TellStandingAsync(PartyRun run, int attempt)
    {
        (RunEnded? ended, AttemptOver? over) = run.Standing(attempt);
        if (ended is not null)
        {
            await _voice.TryTellAsync(ended, CancellationToken.None);
        }
        else if (over is not null)
        {
            await _voice.TryTellAsync(over, CancellationToken.None);
        }
    }

    /// <summary>A run that was begun before this process was: its attempt is over, unless the run had ended.</summary>
    private PartyRun Recall(StudyDocument document, RunId id)
    {
        NewestAttempt? newest = _folders.FindNewestAttempt(_key, _self, document.Id, id);
        RunEnd? end = _folders.FindEnd(_key, _self, document.Id, id);
        if (end is { Outcome: RunOutcome.Finished } && end.Attempt < newest?.Number)
        {
            // Another party needed a further attempt after this one had finished, and this process did not outlive it.
            end = null;
        }

        if (end is null && newest is { Over: null })
        {
            newest = newest with { Over = AttemptCause.ProcessRestarted };
            KeepOver(document, id, newest);
        }

        return new PartyRun(id, document, newest, end);
    }

    private void KeepOver(StudyDocument document, RunId run, NewestAttempt attempt)
    {
        _audit.Append(AuditKind.AttemptOver, document.Id, run, attempt.Number, new() { ["cause"] = attempt.Over!.Value.ToString() });
        _folders.SaveNewestAttempt(_key, _self, document.Id, run, attempt);
    }

    /// <summary>Writes down what has happened; it has happened all the same when the disk refuses.</summary>
    private void Keep(RunId run, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.RunCrashed(_logger, run.Short, e);
        }
    }
}
