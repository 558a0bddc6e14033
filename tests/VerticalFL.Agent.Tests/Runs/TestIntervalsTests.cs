using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Runs;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class TestIntervalsTests
{
    private const int Rows = 400;
    private static readonly Study Study = StudyDocument.Expand(
        """
        { "name": "intervals", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] } }
        """u8).Study;

    private readonly RowAssignment _rows = RowAssignment.Build(Study, Rows, null);
    private readonly Targets _targets = new(OutcomeKind.Binary, [.. Enumerable.Range(0, Rows).Select(i => i % 3 == 0 ? 1f : 0f)], null, ["0", "1"]);

    [Fact]
    public void Interval_holds_the_figure_and_narrows_around_a_better_model()
    {
        IntervalsReport strong = Of(Model(2), Model(0.5f), 500)!;
        double auc = Metrics().Report(Model(2)).Test!.Auc!.Value;

        Assert.InRange(auc, strong.Test["auc"].Low, strong.Test["auc"].High);
        Assert.True(Width(strong.Test["auc"]) < Width(strong.LabelPartyAlone!["auc"]));
        Assert.True(strong.Difference!["auc"].Low > 0, "the better model is better on nearly every resample");
        Assert.Equal(500, strong.Resamples);
    }

    [Fact]
    public void Difference_of_a_model_to_itself_is_exactly_nothing()
    {
        IntervalsReport same = Of(Model(1), Model(1), 50)!;

        Assert.All(same.Difference!.Values, d => Assert.Equal((0, 0), (d.Low, d.High)));
    }

    [Fact]
    public void Same_seed_gives_the_same_ends_and_another_seed_others()
    {
        IntervalReport first = Of(Model(1), null, 100)!.Test["auc"];

        Assert.Equal(first, Of(Model(1), null, 100)!.Test["auc"]);
        Assert.NotEqual(first, Of(Model(1), null, 100, seed: 8)!.Test["auc"]);
    }

    [Fact]
    public void Nothing_is_drawn_when_the_study_asks_for_none()
    {
        Assert.Null(Of(Model(1), null, 0));
        Assert.Null(Of(Model(1), null, 10)!.Difference);
    }

    private static double Width(IntervalReport interval) => interval.High - interval.Low;

    private IntervalsReport? Of(TrainingOutcome model, TrainingOutcome? alone, int resamples, int seed = 7) =>
        TestIntervals.Of(Metrics(), model, alone, seed, resamples, TestContext.Current.CancellationToken);

    private MetricsOf Metrics()
    {
        var outcome = new CohortOutcome(_targets, _rows);
        return new MetricsOf(_targets, outcome, outcome.MakeLoss(ClassWeights.None));
    }

    /// <summary>Scores that know the outcome as well as the signal is strong.</summary>
    private TrainingOutcome Model(float signal)
    {
        var random = new Random(5);
        float[] scores = [.. _targets.Values.Select(v => (signal * v) + (4 * (float)random.NextDouble()) - 2)];
        int[] test = [.. _rows.TestRows];
        return new TrainingOutcome
        {
            Losses = [new EpochLoss(1, null)],
            BestEpoch = 0,
            Steps = 1,
            RowsTrained = 1,
            Parts = [],
            ModelHash = new byte[32],
            Predictions = [new PartPredictions(RowPart.Test, test, [.. test.Select(r => scores[r])])],
        };
    }
}
