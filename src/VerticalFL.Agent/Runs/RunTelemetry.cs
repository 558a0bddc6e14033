using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>Turns a run's progress into what the study releases to the coordinator: the allow-list of telemetry.</summary>
internal sealed class RunTelemetry(ActiveRun run, Action<RunProgress> tell, IProgress<LinkNotice>? links = null)
{
    private readonly IReadOnlyList<ReleasedTelemetry> _released = run.Document.Study.Privacy.Release;
    private double? _validationLoss;
    private double? _rowsPerSecond;

    /// <summary>Is told of links that are missing; null for nobody. The relay sees as much by itself, so no study decides on it.</summary>
    public IProgress<LinkNotice>? Links => links;

    public void Report(Station station, int percent, double? validationLoss = null, double? rowsPerSecond = null)
    {
        run.MoveTo(station, percent);

        // Reports are thinned out before they leave: the newest figure must be in whichever goes.
        _validationLoss = validationLoss ?? _validationLoss;
        _rowsPerSecond = rowsPerSecond ?? _rowsPerSecond;
        bool training = station == Station.Training;
        bool progress = _released.Contains(ReleasedTelemetry.Progress);
        double? loss = training && _released.Contains(ReleasedTelemetry.ValidationLoss) ? _validationLoss : null;
        double? speed = training && _released.Contains(ReleasedTelemetry.Throughput) ? _rowsPerSecond : null;
        if (progress || loss is not null || speed is not null)
        {
            // Loss and speed exist in training only, so that this station tells nothing more.
            tell(new RunProgress(run.Id, run.Attempt, progress ? station : Station.Training, progress ? percent : 0, loss, speed));
        }
    }
}
