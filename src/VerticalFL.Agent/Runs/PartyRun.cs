using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Reports.Page;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// A run at this party over all its attempts: which attempt may begin, which is under way, how the run ended. One attempt is under way at a
/// time, and at most one waits for it to unwind; an attempt number is begun once, whatever the coordinator orders. Safe from any thread.
/// </summary>
/// <param name="id">The run.</param>
/// <param name="document">Its study.</param>
/// <param name="newest">The newest attempt that was begun here before; null for none.</param>
/// <param name="end">How the run ended here; null when it did not.</param>
internal sealed class PartyRun(RunId id, StudyDocument document, NewestAttempt? newest = null, RunEnd? end = null)
{
    private readonly Lock _lock = new();
    private NewestAttempt? _attempt = newest;
    private RunEnd? _end = end;
    private RunEnd? _ending;
    private RunOrder? _next;
    private ActiveRun? _active;
    private ActiveRun? _last;

    // A service that was stopped is back: told now, its stop would be taken for the next one.
    private AttemptCause? _over = end is null ? newest?.Over is AttemptCause.AgentStopped ? AttemptCause.ProcessRestarted : newest?.Over : null;
    private LostLink? _lost;
    private bool _busy;

    private int Newest => _attempt?.Number ?? 0;

    public RunId Id => id;

    public StudyDocument Document => document;

    /// <summary>When the newest attempt was begun by this process, as a timestamp; null when none was. Belongs to whoever runs the attempts.</summary>
    public long? BeganAt { get; set; }

    /// <summary>Whether an attempt waits to begin.</summary>
    public bool IsAwaited
    {
        get
        {
            lock (_lock)
            {
                return _next is not null && _ending is null;
            }
        }
    }

    /// <summary>The newest attempt that was begun here; 0 for none.</summary>
    public int Attempt
    {
        get
        {
            lock (_lock)
            {
                return Newest;
            }
        }
    }

    /// <summary>How the run ended here; null when it did not.</summary>
    public RunEnd? End
    {
        get
        {
            lock (_lock)
            {
                return _end;
            }
        }
    }

    /// <summary>How the run is to end as soon as the present attempt has unwound; null while it is to go on.</summary>
    public RunEnd? Ending
    {
        get
        {
            lock (_lock)
            {
                return _ending;
            }
        }
    }

    /// <summary>Whether an attempt of this number would begin, if it were ordered now.</summary>
    public bool WouldBegin(int attempt)
    {
        lock (_lock)
        {
            return IsNew(attempt);
        }
    }

    /// <summary>Takes an order for an attempt that would begin: it stops the present one and takes the place of one that waits.</summary>
    /// <returns>Whether the caller must now run the attempts; false when somebody does already, or the order is not new.</returns>
    public bool Accept(RunOrder order)
    {
        lock (_lock)
        {
            if (!IsNew(order.Attempt))
            {
                return false;
            }

            _next = order;
            _active?.Stop(AttemptCause.Stopped);
            return BecomeBusy();
        }
    }

    /// <summary>Begins the attempt that waits; null when none does, and then whoever ran the attempts is done.</summary>
    public ActiveRun? Begin()
    {
        lock (_lock)
        {
            _active = null;
            if (_next is not { } order || _ending is not null)
            {
                (_next, _busy) = (null, false);
                return null;
            }

            (_attempt, _next, _over, _lost, _end) = (NewestAttempt.Following(_attempt, order), null, null, null, null);
            return _last = _active = new ActiveRun(id, _attempt, document) { Prediction = order.Prediction };
        }
    }

    /// <summary>Notes that an attempt is over and the run is not; false when that was noted before.</summary>
    public bool NoteOver(int attempt, AttemptCause cause, LostLink? lost)
    {
        lock (_lock)
        {
            if (attempt != Newest || _over is not null || _end is not null)
            {
                return false;
            }

            (_over, _lost) = (cause, lost);
            return true;
        }
    }

    /// <summary>Stops an attempt and those before it; the run goes on later.</summary>
    /// <returns>Why the attempt is over already; null when it is still unwinding and will tell by itself.</returns>
    public AttemptCause? StopAttempt(int attempt, AttemptCause cause)
    {
        lock (_lock)
        {
            if (_next is { } waiting && waiting.Attempt <= attempt)
            {
                _next = null;
            }

            if (_active is { } active && active.Attempt <= attempt)
            {
                active.Stop(cause);
            }

            return _active?.Attempt == attempt && _over is null ? null : attempt == Newest ? _over ?? cause : cause;
        }
    }

    /// <summary>Ends the run as soon as the present attempt has unwound.</summary>
    /// <returns>Whether nothing is under way, so that the caller must end it now.</returns>
    public bool EndSoon(RunOutcome outcome, string error, RunOutcome? cause = null)
    {
        lock (_lock)
        {
            _ending ??= new RunEnd(Newest, outcome, error, cause);
            _next = null;
            _active?.Stop(AttemptCause.Stopped);
            return !_busy;
        }
    }

    /// <summary>Ends the run here; only the first end counts, until a later attempt begins after one that finished.</summary>
    public bool TryEnd(RunEnd end)
    {
        lock (_lock)
        {
            if (_end is not null)
            {
                return false;
            }

            (_end, _over) = (end, null);
            return true;
        }
    }

    /// <summary>The answer to an order or a stop of an attempt that will not begin; null when the attempt is under way and will tell by itself.</summary>
    public (RunEnded? Ended, AttemptOver? Over) Standing(int attempt)
    {
        lock (_lock)
        {
            if (_end is { } ended && (ended.Outcome != RunOutcome.Finished || attempt <= ended.Attempt || _ending is not null))
            {
                return (new RunEnded(id, ended.Attempt, ended.Outcome), null);
            }

            // A coordinator that is behind, say from a backup, learns so that the number is used up.
            return attempt < Newest ? (null, new AttemptOver(id, attempt, AttemptCause.Stopped))
                : attempt == Newest && _over is { } cause ? (null, new AttemptOver(id, attempt, cause) { Lost = _lost })
                : (null, null);
        }
    }

    public AgentRunView View(bool hasReport)
    {
        lock (_lock)
        {
            (Station station, int percent, int? pass) = _end is not null ? (Station.Ended, 0, null) : _active?.Position ?? (Station.Connecting, 0, null);
            IReadOnlyList<LossPoint> losses = _last?.Losses ?? [];
            return new AgentRunView(
                id.Hex, document.Id.Hex, Newest, station, percent, IdentifierPass.InWords(document.Study.Identifiers, pass), _active is null ? _over : null, _end?.Outcome, _end?.Error, hasReport, CurvePoints.ThinLosses(losses), MetricOf(losses), ModelOf(losses), FoldOf(losses), _last?.Forecast, _last?.Told?.Measured);
        }
    }

    private string? MetricOf(IReadOnlyList<LossPoint> losses) =>
        losses.Any(l => l.ValidationMetric is not null) ? MetricKind.HeadlineOf(ReportBuilder.Word(document.Study.Task.Kind)).Key : null;

    private string? ModelOf(IReadOnlyList<LossPoint> losses) => losses.Count == 0 ? null : document.Study.PlaceOfModel(losses[^1].Model);

    private string? FoldOf(IReadOnlyList<LossPoint> losses) => losses.Count == 0 ? null : document.Study.PlaceOfFold(losses[^1].Model);

    private bool IsNew(int attempt) =>
        attempt > Newest && attempt > (_next?.Attempt ?? 0) && _ending is null && _end is null or { Outcome: RunOutcome.Finished };

    private bool BecomeBusy()
    {
        bool idle = !_busy;
        _busy = true;
        return idle;
    }
}
