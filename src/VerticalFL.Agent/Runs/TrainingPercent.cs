using VerticalFL.Agent.Reports;
using VerticalFL.Messages.Control;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Turns epochs into percents and speed.</summary>
internal sealed class TrainingPercent(RunTelemetry telemetry) : IProgress<TrainingProgress>
{
    private readonly System.Diagnostics.Stopwatch _watch = System.Diagnostics.Stopwatch.StartNew();

    public void Report(TrainingProgress value)
    {
        double seconds = _watch.Elapsed.TotalSeconds;
        telemetry.Report(
            Station.Training,
            100 * value.Epoch / value.Epochs,
            value.TrainLoss is { } train ? new LossPoint(value.Epoch, train, value.ValidationLoss) : null,
            seconds > 0 && value.RowsTrained > 0 ? value.RowsTrained / seconds : null);
    }
}
