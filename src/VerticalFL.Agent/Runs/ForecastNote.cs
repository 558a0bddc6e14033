using VerticalFL.Agent.Reports;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Keeps the forecast with the attempt, for the label party's operator and its report. It stays at the party: it tells how fast the parties are.</summary>
internal sealed class ForecastNote(ActiveRun run) : IProgress<TrainingForecast>
{
    private TrainingForecast? _told;

    public void Report(TrainingForecast value)
    {
        _told = value;
        run.Foretold(Of(value, null));
    }

    /// <summary>For the report, beside what was measured then.</summary>
    public ForecastReport? After(int epochs) => _told is { } told ? Of(told, epochs) : null;

    private ForecastReport Of(TrainingForecast told, int? epochs) => new()
    {
        Folds = run.Document.Study.Evaluation.Folds,
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
