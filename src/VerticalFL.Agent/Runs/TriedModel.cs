using VerticalFL.Messages.Studies;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>One of a study's models, trained.</summary>
/// <param name="Number">Its place, from 0.</param>
/// <param name="Study">The study as if it were the only one.</param>
/// <param name="Bottom">The label party's bottom, with the best epoch's weights.</param>
/// <param name="Top">The top, likewise.</param>
/// <param name="Result">Losses, predictions and counts; of several models without test rows.</param>
/// <param name="Forecast">What its training was expected to take.</param>
internal sealed record TriedModel(int Number, Study Study, IBottomModel Bottom, TopModel Top, LabelTrainingResult Result, ForecastNote Forecast)
{
    public LabelLeakAudit? Audit { get; init; }

    public AuditView? View { get; init; }

    /// <summary>After how many epochs its weights stood.</summary>
    public int Epochs => Result.Outcome.BestEpoch + 1;

    /// <summary>The lowest validation loss; null without validation rows.</summary>
    public double? ValidationLoss => Result.Outcome.Losses[Result.Outcome.BestEpoch].Validation;
}
