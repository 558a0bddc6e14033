using VerticalFL.Agent.Reports;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// Keeps the forecast with the attempt, for the label party's operator and its report, and what it took beside it. The coordinator is told seconds and bytes if the study
/// releases the speed, memory never.
/// </summary>
/// <param name="telemetry">The attempt's.</param>
/// <param name="study">The study.</param>
/// <param name="model">Which of the study's models is trained, from 0.</param>
/// <param name="second">Whether it is the second training of that model.</param>
internal sealed class ForecastNote(RunTelemetry telemetry, Study study, int model, bool second) : IProgress<TrainingForecast>
{
    private TrainingForecast? _told;

    public void Report(TrainingForecast value)
    {
        _told = value;
        telemetry.Foretold(Of(value, null), Told(value));
    }

    /// <summary>The training is over.</summary>
    public void Took(MeasuredTraining measured)
    {
        if (_told is { } told)
        {
            telemetry.Foretold(Of(told, measured.Epochs), Told(told) with { Measured = measured });
        }
    }

    /// <summary>For the report, beside what was measured then.</summary>
    public ForecastReport? After(int epochs) => _told is { } told ? Of(told, epochs) : null;

    private RunForecast Told(TrainingForecast told) => new(
        model + 1, told.TimedSteps, told.Epochs, Math.Round(told.SecondsPerEpoch, 5), Math.Round(told.SecondsOf(told.Epochs), 3), told.BytesPerEpoch, told.Bytes);

    private ForecastReport Of(TrainingForecast told, int? epochs) => new()
    {
        Model = study.PlaceOfModel(second ? study.ModelCount : model),
        Folds = study.Evaluation.Folds,
        SecondTraining = study.Training.EarlyStopping.Refit && !second ? 1 / (1 - study.Training.EarlyStopping.Validation) : null,
        TimedSteps = told.TimedSteps,
        Epochs = told.Epochs,
        SecondsPerEpoch = Math.Round(told.SecondsPerEpoch, 5),
        Seconds = Math.Round(told.SecondsOf(told.Epochs), 3),
        SecondsOfEpochs = epochs is { } came ? Math.Round(told.SecondsOf(came), 3) : null,
        BytesPerEpoch = told.BytesPerEpoch,
        Bytes = told.Bytes,
        MemoryBytes = told.MemoryBytes,
    };
}
