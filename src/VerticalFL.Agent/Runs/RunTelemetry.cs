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
        tell(new RunProgress(
            run.Id,
            station,
            progress ? percent : 0,
            _released.Contains(ReleasedTelemetry.ValidationLoss) ? validationLoss : null,
            _released.Contains(ReleasedTelemetry.Throughput) ? rowsPerSecond : null));
    }
}
