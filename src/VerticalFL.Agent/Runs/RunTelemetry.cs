using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>Turns a run's progress into what the study releases to the coordinator: the allow-list of telemetry.</summary>
internal sealed class RunTelemetry(ActiveRun run, Action<RunProgress> tell)
{
    private readonly IReadOnlyList<ReleasedTelemetry> _released = run.Document.Study.Privacy.Release;

    public void Report(Station station, int percent, double? validationLoss = null, double? rowsPerSecond = null)
    {
        run.MoveTo(station, percent);
        bool progress = _released.Contains(ReleasedTelemetry.Progress);
        double? loss = _released.Contains(ReleasedTelemetry.ValidationLoss) ? validationLoss : null;
        double? speed = _released.Contains(ReleasedTelemetry.Throughput) ? rowsPerSecond : null;
        if (progress || loss is not null || speed is not null)
        {
            // Loss and speed exist in training only, so that this station tells nothing more.
            tell(new RunProgress(run.Id, progress ? station : Station.Training, progress ? percent : 0, loss, speed));
        }
    }
}
