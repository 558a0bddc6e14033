using VerticalFL.Agent.Reports;

namespace VerticalFL.Agent.Runs;

/// <summary>A study's models, one trained after the other.</summary>
internal sealed class TriedModels : IDisposable
{
    private readonly List<TriedModel> _models = [];

    /// <summary>The one with the lowest validation loss; of equals the first.</summary>
    public TriedModel Best => _models.MinBy(m => m.ValidationLoss ?? 0)!;

    public void Add(TriedModel model) => _models.Add(model);

    /// <summary>What a reader compares them by; null when there is one only.</summary>
    public IReadOnlyList<TriedModelReport>? Report(Func<TriedModel, MetricsOf> metrics) => _models.Count == 1 ? null :
    [
        .. _models.Select(m => new TriedModelReport
        {
            Preset = m.Study.Model.Preset,
            Cut = m.Study.Model.Cut,
            Chosen = m == Best,
            Epochs = m.Result.Outcome.Losses.Count,
            BestEpoch = m.Result.Outcome.BestEpoch + 1,
            Seconds = Math.Round(m.Result.Seconds, 3),
            BytesSent = m.Result.TotalBytesSent,
            ValidationLoss = m.ValidationLoss!.Value,
            Validation = metrics(m).Report(m.Result.Outcome).Validation!,
        }),
    ];

    public void Dispose() => _models.ForEach(m => m.Bottom.Dispose());
}
