using VerticalFL.Agent.Reports;
using Xunit;

namespace VerticalFL.Simulation.Tests;

public sealed class SeedsReportTests
{
    [Fact]
    public void Of_gives_mean_and_spread_of_what_all_runs_have()
    {
        SeedsReport all = SeedsReport.Of([Run(3, 0.8, 0.7, brier: 0.2), Run(4, 0.9, 0.75, brier: null)]);

        Assert.Equal([3, 4], all.Seeds);
        Assert.Equal(0.85, all.Test["auc"].Mean, 1e-12);
        Assert.Equal(Math.Sqrt(0.005), all.Test["auc"].StandardDeviation, 1e-12);
        Assert.Equal(0.125, all.Difference!["auc"].Mean, 1e-12);
        Assert.DoesNotContain("brier", all.Test.Keys);
        string[] lines = [.. SeedsText.Lines(all, "binary", "hospital")];
        Assert.Equal("AUC 0.850 ± 0.071 0.725 ± 0.035 0.125 ± 0.035".Split(' '), lines[3].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(lines[2].Length, lines[3].Length);
        Assert.Contains("AUC by seed               0.800 0.900", lines);
    }

    [Fact]
    public void Of_one_run_has_no_spread_and_without_a_baseline_no_difference()
    {
        SeedsReport one = SeedsReport.Of([Run(1, 0.8, null, 0.2)]);

        Assert.Equal(0, one.Test["auc"].StandardDeviation);
        Assert.Null(one.Difference);
        Assert.DoesNotContain("alone", string.Join('\n', SeedsText.Lines(one, "binary", "hospital")), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_no_run_throws() => Assert.Throws<ArgumentException>(() => SeedsReport.Of([]));

    private static Report Run(int seed, double auc, double? alone, double? brier) => new()
    {
        Study = "s", StudyId = "", RunId = "", Seed = seed, Task = "binary", LabelParty = "hospital", FeatureParties = ["lab"],
        Finished = default,
        Cohort = new CohortReport { Train = 1, Validation = 0, Test = 1, Unused = 0 },
        Alignment = new AlignmentReport { Protocol = "ecdh", Sizes = new Dictionary<string, int>(), Intersection = 2, Seconds = 0, BytesSent = 0 },
        Training = new TrainingReport { Epochs = 1, Steps = 1, Seconds = 1, SamplesPerSecond = 1, BytesSent = 1, TrainLoss = 1, BestEpoch = 1, Losses = [] },
        Metrics = new MetricsReport { Test = new MetricValues { Auc = auc, Brier = brier } },
        Baseline = alone is null ? null : new BaselineReport { LabelPartyAlone = new MetricsReport { Test = new MetricValues { Auc = alone, Brier = brier } } },
        Model = new ModelReport { Sha256 = "", Parts = new Dictionary<string, string>() },
        Privacy = new PrivacyReport(),
    };
}
