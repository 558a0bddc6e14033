using VerticalFL.Agent.Reports;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>Turns a run's progress into what the study releases to the coordinator: the allow-list of telemetry.</summary>
internal sealed class RunTelemetry(ActiveRun run, Action<RunProgress> tell, IProgress<LinkNotice>? links = null)
{
    private readonly IReadOnlyList<ReleasedTelemetry> _released = run.Document.Study.Privacy.Release;
    private LossPoint? _newest;
    private double? _rowsPerSecond;

    /// <summary>Is told of links that are missing; null for nobody. The relay sees as much by itself, so no study decides on it.</summary>
    public IProgress<LinkNotice>? Links => links;

    /// <summary>Tells what the training will take, or took, without waiting for the end of an epoch.</summary>
    public void Foretold(ForecastReport forecast, RunForecast told)
    {
        run.Foretold(forecast, told);
        Report(Station.Training, run.Position.Percent);
    }

    /// <param name="station">Where the party is.</param>
    /// <param name="percent">How much of the station is done.</param>
    /// <param name="loss">At the label party, the losses of the epoch that is over: kept for its own operator, whatever is released.</param>
    /// <param name="rowsPerSecond">The speed of the training.</param>
    public void Report(Station station, int percent, LossPoint? loss = null, double? rowsPerSecond = null)
    {
        run.MoveTo(station, percent);
        if (loss is not null)
        {
            run.Learned(loss);
        }

        // Reports are thinned out before they leave: the newest figure must be in whichever goes.
        _newest = loss ?? _newest;
        _rowsPerSecond = rowsPerSecond ?? _rowsPerSecond;
        bool training = station == Station.Training;
        bool progress = _released.Contains(ReleasedTelemetry.Progress);
        LossPoint? validated = training && _released.Contains(ReleasedTelemetry.ValidationLoss) && _newest?.Validation is not null ? _newest : null;
        bool throughput = training && _released.Contains(ReleasedTelemetry.Throughput);
        double? speed = throughput ? _rowsPerSecond : null;
        RunForecast? forecast = throughput ? run.Told : null;
        if (progress || validated is not null || speed is not null || forecast is not null)
        {
            // Loss, speed and forecast exist in training only, so that this station tells nothing more.
            tell(new RunProgress(run.Id, run.Attempt, progress ? station : Station.Training, progress ? percent : 0, validated?.Validation, speed, validated?.EpochsBefore + validated?.Epoch)
            {
                Forecast = forecast,
            });
        }
    }
}
