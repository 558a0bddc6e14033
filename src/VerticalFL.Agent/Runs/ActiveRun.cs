using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>One run at this party: where it is, how it ended, how to stop it.</summary>
internal sealed class ActiveRun(RunId id, int attempt, StudyDocument document)
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private Station _station = Station.Reading;
    private int _percent;
    private RunOutcome? _outcome;
    private string? _error;
    private string? _stopReason;

    public RunId Id => id;

    public int Attempt => attempt;

    public StudyDocument Document => document;

    public CancellationToken Stopping => _stop.Token;

    /// <summary>Why the run was told to stop; null while it was not.</summary>
    public string? StopReason
    {
        get
        {
            lock (_lock)
            {
                return _stopReason;
            }
        }
    }

    /// <summary>How it ended; null while it runs.</summary>
    public RunOutcome? Outcome
    {
        get
        {
            lock (_lock)
            {
                return _outcome;
            }
        }
    }

    public void Stop(string reason)
    {
        lock (_lock)
        {
            // A reason may be the coordinator's text, and it ends in logs and on terminals.
            _stopReason ??= new string([.. reason.Select(c => char.IsControl(c) ? '.' : c)]);
        }

        _stop.Cancel();
    }

    public void MoveTo(Station station, int percent)
    {
        lock (_lock)
        {
            if (_outcome is null)
            {
                (_station, _percent) = (station, percent);
            }
        }
    }

    /// <summary>Ends it; only the first end counts.</summary>
    public bool End(RunOutcome outcome, string? error)
    {
        lock (_lock)
        {
            if (_outcome is not null)
            {
                return false;
            }

            (_station, _outcome, _error) = (Station.Ended, outcome, error);
            return true;
        }
    }

    public AgentRunView View(bool hasReport)
    {
        lock (_lock)
        {
            return new AgentRunView(id.Hex, document.Id.Hex, _station, _percent, _outcome, _error, hasReport);
        }
    }
}
