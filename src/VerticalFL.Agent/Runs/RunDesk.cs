using System.Collections.Concurrent;
using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Studies;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// Orders for the runs at this party: attempts begun by orders, stopped by stops and newer orders, the run ended by cancels. How an attempt or
/// a run ended is told again whenever the coordinator asks for it again: the link may have been down at first.
/// </summary>
internal sealed class RunDesk
{
    private readonly PartyId _self;
    private readonly StudyDesk _studies;
    private readonly RunHistory _history;
    private readonly PredictionOrders _predictions;
    private readonly RunEndings _endings;
    private readonly AttemptLoop _loop;
    private readonly ICoordinatorVoice _voice;
    private readonly LinkVoice _links;
    private readonly ILogger<RunDesk> _logger;
    private readonly ConcurrentDictionary<RunId, PartyRun> _runs;
    private readonly ConcurrentDictionary<RunId, Task> _tasks = new();
    private readonly Lock _beginning = new();
    private volatile bool _stopping;

    public RunDesk(
        PartyId self, StudyDesk studies, PredictionOrders predictions, RunAttempt runAttempt, RunHistory history, ICoordinatorVoice voice, ILogger<RunDesk> logger,
        TimeProvider time)
    {
        _self = self;
        _studies = studies;
        _predictions = predictions;
        _history = history;
        _voice = voice;
        _logger = logger;
        _links = new LinkVoice(voice, time);
        _endings = new RunEndings(history, voice, _links, logger);
        _loop = new AttemptLoop(self, runAttempt, history, _endings, new ProgressVoice(voice, _links, time), logger, time);
        _runs = new(history.Recall().Select(r => KeyValuePair.Create(r.Id, r)));
    }

    /// <summary>The control link is up: links that are missing are told again.</summary>
    public void OnConnected() => _links.Repeat();

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

        if ((_studies.WhyNot(order) ?? _predictions.WhyNot(order)) is { } reason)
        {
            await RefuseAsync(run, order, reason);
            return;
        }

        BeginUnlessStopping(order, run?.Document ?? _studies.TryFind(order.Study)!);
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
            await CancelAsync(run, cancel.Reason, cancel.Cause);
            return;
        }

        await _voice.TryTellAsync(new RunEnded(cancel.Run, 0, RunOutcome.Cancelled), CancellationToken.None);
    }

    /// <summary>The run has ended everywhere. What was kept for a further attempt goes, if it has ended here too: a coordinator may lie.</summary>
    public void Close(RunClosed closed)
    {
        if (_runs.TryGetValue(closed.Run, out PartyRun? run) && run.End is not null)
        {
            _history.Close(run);
        }
    }

    /// <summary>Ends a run because of a person's wish, or because it ended elsewhere; then with how it did.</summary>
    public async Task CancelAsync(PartyRun run, string reason, RunOutcome? cause = null)
    {
        // A reason may be the coordinator's text, and it ends in logs and on terminals.
        string printable = new([.. reason.Select(c => char.IsControl(c) ? '.' : c)]);
        bool idle = run.EndSoon(RunOutcome.Cancelled, $"The run was cancelled: {printable}.", cause);
        if (run.End is { } end)
        {
            await _voice.TryTellAsync(new RunEnded(run.Id, end.Attempt, end.Outcome), CancellationToken.None);
        }
        else if (idle)
        {
            await _endings.EndAsync(run, run.Ending!);
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

    /// <summary>The run with this id; null when none was ordered.</summary>
    public PartyRun? TryFind(RunId run) => _runs.GetValueOrDefault(run);

    public PartyRun Find(string idOrPrefix)
    {
        PartyRun[] found = [.. _runs.Values.Where(r => idOrPrefix.Length >= 8 && r.Id.Hex.StartsWith(idOrPrefix, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1
            ? found[0]
            : throw new LocalRequestException(LocalRefusal.NotFound, $"No single run begins with '{idOrPrefix}' at this party.");
    }

    public AgentRunView View(PartyRun run) => run.View(_history.HasReport(run));

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
                _tasks[order.Run] = Task.Run(() => _loop.RunAsync(run), CancellationToken.None);
            }
        }
    }

    private async Task RefuseAsync(PartyRun? run, RunOrder order, string reason)
    {
        Log.RunRefused(_logger, order.Run.Short, reason);
        _history.Refuse(order, reason);
        string error = $"The {(order.Prediction is null ? "run" : "prediction")} may not {(run is null ? "start" : "go on")} at '{_self}': {reason}.";
        if (run is not null)
        {
            if (run.EndSoon(RunOutcome.NotAllowed, error))
            {
                await _endings.EndAsync(run, run.Ending!);
            }

            return;
        }

        var end = new RunEnd(0, RunOutcome.NotAllowed, error);
        if (_studies.TryFind(order.Study) is { } document)
        {
            _runs[order.Run] = new PartyRun(order.Run, document, end: end);
        }

        await _voice.TryTellAsync(new RunEnded(order.Run, end.Attempt, end.Outcome), CancellationToken.None);
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
}
