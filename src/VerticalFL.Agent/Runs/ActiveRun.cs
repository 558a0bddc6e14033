using VerticalFL.Agent.Reports;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>One attempt of a run at this party: where it is, how to stop it.</summary>
internal sealed class ActiveRun(RunId id, NewestAttempt attempt, StudyDocument document)
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly List<LossPoint> _losses = [];
    private ForecastReport? _forecast;
    private RunForecast? _told;
    private Station _station = Station.Reading;
    private int _percent;
    private AttemptCause? _stopCause;

    public RunId Id => id;

    public int Attempt => attempt.Number;

    /// <summary>Which attempts before this one were over, and why, in words; the oldest first.</summary>
    public IReadOnlyList<string> Interruptions => [.. attempt.Before.Select(i => i.ToString())];

    /// <summary>The attempt as it is kept on disk.</summary>
    public NewestAttempt Kept => attempt;

    public StudyDocument Document => document;

    /// <summary>What it predicts; null when it trains.</summary>
    public PredictionTerms? Prediction { get; init; }

    /// <summary>The parties that take part.</summary>
    public IEnumerable<PartyId> Parties => Prediction?.PartiesOf(document.Study) ?? document.Study.Parties;

    public CancellationToken Stopping => _stop.Token;

    /// <summary>To what this attempt's sealed files are bound; their kind is the writer's.</summary>
    public SealContext FilesOf(PartyId self) => new(self, document.Id, id, Attempt, "run");

    /// <summary>Where it is, and how much of the station is done.</summary>
    public (Station Station, int Percent) Position
    {
        get
        {
            lock (_lock)
            {
                return (_station, _percent);
            }
        }
    }

    /// <summary>At the label party: what the training will take; null before it is known.</summary>
    public ForecastReport? Forecast
    {
        get
        {
            lock (_lock)
            {
                return _forecast;
            }
        }
    }

    /// <summary>At the label party: the same as the coordinator may be told it, with what was measured when the training is over.</summary>
    public RunForecast? Told
    {
        get
        {
            lock (_lock)
            {
                return _told;
            }
        }
    }

    /// <summary>At the label party: the losses of the epochs so far, those of earlier attempts too.</summary>
    public IReadOnlyList<LossPoint> Losses
    {
        get
        {
            lock (_lock)
            {
                return [.. _losses];
            }
        }
    }

    /// <summary>Why it was told to stop; null while it was not.</summary>
    public AttemptCause? StopCause
    {
        get
        {
            lock (_lock)
            {
                return _stopCause;
            }
        }
    }

    /// <summary>Asks it to stop; the first cause counts.</summary>
    public void Stop(AttemptCause cause)
    {
        lock (_lock)
        {
            _stopCause ??= cause;
        }

        _stop.Cancel();
    }

    /// <summary>Notes what the training will take.</summary>
    public void Foretold(ForecastReport forecast, RunForecast told)
    {
        lock (_lock)
        {
            (_forecast, _told) = (forecast, told);
        }
    }

    /// <summary>Notes an epoch's losses.</summary>
    public void Learned(LossPoint loss)
    {
        lock (_lock)
        {
            if (_losses.Count > 0 && _losses[^1].EpochsBefore != loss.EpochsBefore)
            {
                // The next of several models has a curve of its own.
                _losses.Clear();
            }

            _losses.Add(loss);
        }
    }

    public void MoveTo(Station station, int percent)
    {
        lock (_lock)
        {
            (_station, _percent) = (station, percent);
        }
    }
}
