using VerticalFL.Training.Metrics;
using Xunit;

namespace VerticalFL.Training.Tests.Metrics;

public sealed class MetricEdgeTests
{
    [Fact]
    public void Measures_without_rows_are_null()
    {
        Assert.Null(RocCurve.Auc([], []));
        Assert.Empty(RocCurve.Points([], []));
        Assert.Null(ClassificationMetrics.Accuracy([], []));
        Assert.Null(ClassificationMetrics.F1Macro([], [], 3));
        Assert.Null(ClassificationMetrics.LogLoss([], [], 2));
        Assert.Null(ClassificationMetrics.Brier([], []));
        Assert.Null(RegressionMetrics.R2([], []));
        Assert.Null(RegressionMetrics.MeanAbsoluteError([], []));
        Assert.Null(RegressionMetrics.RootMeanSquaredError([], []));
        Assert.Null(ConcordanceIndex.Compute([], [], []));
        Assert.Empty(KaplanMeier.ByRisk([], [], []));
        Assert.Null(IntegratedBrier.Fit([], [], []));
        Assert.Null(IntegratedBrier.Fit([1, 2], [3, 4], [false, false]));
        Assert.Null(IntegratedBrier.Fit([1, 2], [0, 4], [true, false]));
    }

    [Fact]
    public void Integrated_brier_score_of_one_risk_for_all_is_between_knowing_and_guessing()
    {
        float[] times = [.. Enumerable.Range(1, 200).Select(i => (float)i)];
        bool[] events = [.. times.Select(_ => true)];
        float[] telling = [.. times.Select(t => -300 * MathF.Log(t))];

        double blind = IntegratedBrier.Fit(new float[200], times, events)!.Scores(new float[200], times, events).Average();
        double seeing = IntegratedBrier.Fit(telling, times, events)!.Scores(telling, times, events).Average();

        // With the true share at every time, the mean of p (1 - p) over p from 0 to 1.
        Assert.Equal(1 / 6.0, blind, 0.002);
        Assert.InRange(seeing, 0, blind / 2);
    }

    [Fact]
    public void Measures_of_different_lengths_throw()
    {
        Assert.Throws<ArgumentException>(() => RocCurve.Auc([1], []));
        Assert.Throws<ArgumentException>(() => ConcordanceIndex.Compute([1], [1], []));
        Assert.Throws<ArgumentException>(() => ClassificationMetrics.LogLoss([1], [0], 2));
    }

    [Fact]
    public void Auc_of_one_score_for_all_is_one_half() => Assert.Equal(0.5, RocCurve.Auc([3, 3, 3, 3], [true, false, true, false]));

    [Fact]
    public void Auc_turned_round_is_its_complement()
    {
        var random = new Random(3);
        float[] scores = [.. Enumerable.Range(0, 500).Select(_ => (float)random.Next(40))];
        bool[] positive = [.. Enumerable.Range(0, 500).Select(_ => random.Next(3) == 0)];

        double auc = RocCurve.Auc(scores, positive)!.Value;

        Assert.Equal(1 - auc, RocCurve.Auc([.. scores.Select(s => -s)], positive)!.Value, 1e-12);
    }

    [Fact]
    public void CIndex_equals_a_count_over_all_pairs()
    {
        var random = new Random(4);
        for (int round = 0; round < 50; round++)
        {
            int n = random.Next(2, 60);
            float[] times = [.. Enumerable.Range(0, n).Select(_ => (float)random.Next(1, 15))];
            float[] risks = [.. Enumerable.Range(0, n).Select(_ => (float)random.Next(8))];
            bool[] events = [.. Enumerable.Range(0, n).Select(_ => random.Next(2) == 0)];
            double pairs = 0;
            double right = 0;
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    if (events[i] && (times[i] < times[j] || (times[i] == times[j] && !events[j])))
                    {
                        pairs++;
                        right += risks[i] > risks[j] ? 1 : risks[i] == risks[j] ? 0.5 : 0;
                    }
                }
            }

            Assert.Equal(pairs == 0 ? null : right / pairs, ConcordanceIndex.Compute(risks, times, events));
        }
    }

    [Fact]
    public void ByRisk_splits_into_groups_of_equal_size_and_keeps_ties_together()
    {
        float[] risks = [5, 1, 3, 2, 4, 6];
        IReadOnlyList<SurvivalCurve> groups = KaplanMeier.ByRisk(risks, [1, 6, 3, 5, 2, 4], [true, true, true, true, true, false]);
        IReadOnlyList<SurvivalCurve> tied = KaplanMeier.ByRisk([1, 1, 1], [1, 2, 3], [true, false, true]);

        Assert.Equal([2, 2, 2], groups.Select(g => g.Rows));
        Assert.Equal([2, 2, 1], groups.Select(g => g.Events));
        Assert.Equal([0, 0.5, 0], [groups[0].Points[^1].Survival, groups[2].Points[^1].Survival, groups[1].Points[^1].Survival]);
        Assert.Equal(3, Assert.Single(tied).Rows);
    }
}
