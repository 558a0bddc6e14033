using VerticalFL.Agent.Reports;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>A study's models, one trained after the other.</summary>
internal sealed class TriedModels : IDisposable
{
    private readonly List<TriedModel> _models = [];
    private TriedModel? _refitted;

    /// <summary>The one with the lowest validation loss; of equals the first.</summary>
    public TriedModel Best => _models.MinBy(m => m.ValidationLoss ?? 0)!;

    /// <summary>The one that is the run's result: the best, or what was trained anew in its place.</summary>
    public TriedModel Result => _refitted ?? Best;

    /// <summary>What the second training took by itself; null when there was none.</summary>
    public SecondTrainingReport? Second { get; private set; }

    public void Add(TriedModel model) => _models.Add(model);

    /// <summary>Puts a second training's weights and predictions in the best's place; its losses remain the first training's, by which it was chosen.</summary>
    public void Refit(TriedModel second)
    {
        LabelTrainingResult first = Best.Result;
        LabelTrainingResult last = second.Result;
        Second = new SecondTrainingReport(last.Outcome.Losses.Count, Math.Round(last.Seconds, 3), last.TotalBytesSent);
        _refitted = second with
        {
            Result = last with
            {
                Outcome = last.Outcome with
                {
                    Losses = first.Outcome.Losses,
                    BestEpoch = first.Outcome.BestEpoch,
                    Steps = first.Outcome.Steps + last.Outcome.Steps,
                    RowsTrained = first.Outcome.RowsTrained + last.Outcome.RowsTrained,
                },
                FeatureParties = last.FeatureParties.ToDictionary(p => p.Key, p => p.Value with
                {
                    BytesSent = p.Value.BytesSent + first.FeatureParties[p.Key].BytesSent,
                    MessagesSent = p.Value.MessagesSent + first.FeatureParties[p.Key].MessagesSent,
                }),
                BytesSent = first.BytesSent + last.BytesSent,
                MessagesSent = first.MessagesSent + last.MessagesSent,
                SaturatedActivations = first.SaturatedActivations + last.SaturatedActivations,
                Seconds = first.Seconds + last.Seconds,
            },
        };
    }

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

    public void Dispose()
    {
        _models.ForEach(m => m.Bottom.Dispose());
        _refitted?.Bottom.Dispose();
    }
}
