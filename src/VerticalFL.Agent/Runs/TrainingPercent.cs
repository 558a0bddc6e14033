using VerticalFL.Agent.Reports;
using VerticalFL.Messages.Control;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Turns epochs into percents and speed.</summary>
/// <param name="telemetry">Is told of them.</param>
/// <param name="model">Which of the run's trainings it is, from 0.</param>
/// <param name="models">Of how many, those of folds and a second one included.</param>
/// <param name="epochs">The most epochs of any of them.</param>
internal sealed class TrainingPercent(RunTelemetry telemetry, int model, int models, int epochs) : IProgress<TrainingProgress>
{
    private readonly System.Diagnostics.Stopwatch _watch = System.Diagnostics.Stopwatch.StartNew();

    public void Report(TrainingProgress value)
    {
        double seconds = _watch.Elapsed.TotalSeconds;
        telemetry.Report(
            Station.Training,
            (int)(100 * (((long)model * epochs) + value.Epoch) / ((long)models * epochs)),
            value.TrainLoss is { } train ? new LossPoint(value.Epoch, train, value.ValidationLoss, value.ValidationMetric) { Model = model } : null,
            seconds > 0 && value.RowsTrained > 0 ? value.RowsTrained / seconds : null);
    }
}
