using System.Text.Json.Nodes;
using VerticalFL.Testing;
using VerticalFL.Training.Metrics;
using Xunit;

namespace VerticalFL.Training.Tests.Metrics;

/// <summary>Every measure against values that a script computed from the definitions, by brute force.</summary>
public sealed class MetricsVectorTests
{
    private const double Tolerance = 1e-9;

    private static readonly JsonNode Root =
        JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "training", "vectors", "metrics.json")))!;

    public static TheoryData<int> Binary => [.. Enumerable.Range(0, Root["binary"]!.AsArray().Count)];

    public static TheoryData<int> Multiclass => [.. Enumerable.Range(0, Root["multiclass"]!.AsArray().Count)];

    public static TheoryData<int> Survival => [.. Enumerable.Range(0, Root["survival"]!.AsArray().Count)];

    public static TheoryData<int> Brier => [.. Enumerable.Range(0, Root["brier"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Binary))]
    public void Binary_measures_match(int index)
    {
        JsonNode c = Root["binary"]![index]!;
        float[] p = Floats(c["probabilities"]);
        int[] labels = Ints(c["labels"]);
        bool[] positive = [.. labels.Select(l => l == 1)];
        int[] predicted = [.. p.Select(v => v >= 0.5f ? 1 : 0)];
        float[] both = [.. p.SelectMany(v => (float[])[1 - v, v])];

        Near(c["auc"], RocCurve.Auc(p, positive));
        Near(c["averagePrecision"], PrecisionRecall.AveragePrecision(p, positive));
        CalibrationLine? line = CalibrationLine.Fit(p, positive);
        Near(c["calibrationLine"]?[0], line?.Intercept);
        Near(c["calibrationLine"]?[1], line?.Slope);
        Near(c["accuracy"], ClassificationMetrics.Accuracy(predicted, labels));
        Near(c["f1"], ClassificationMetrics.F1PerClass(predicted, labels, 2)[1].F1);
        Near(c["f1Macro"], ClassificationMetrics.F1Macro(predicted, labels, 2));
        Near(c["f1Weighted"], ClassificationMetrics.F1Weighted(predicted, labels, 2));
        Near(c["logLoss"], ClassificationMetrics.LogLoss(both, labels, 2));
        Near(c["brier"], ClassificationMetrics.Brier(p, positive));
        IReadOnlyList<RocPoint> roc = RocCurve.Points(p, positive);
        Assert.Equal(c["roc"]!.AsArray().Count, roc.Count);
        for (int i = 0; i < roc.Count; i++)
        {
            Near(c["roc"]![i]![0], roc[i].FalsePositiveRate);
            Near(c["roc"]![i]![1], roc[i].TruePositiveRate);
        }

        IReadOnlyList<CalibrationBin> bins = CalibrationCurve.Bins(p, positive);
        Assert.Equal(c["calibration"]!.AsArray().Count, bins.Count);
        for (int i = 0; i < bins.Count; i++)
        {
            Assert.Equal(c["calibration"]![i]![0]!.GetValue<int>(), bins[i].Rows);
            Near(c["calibration"]![i]![1], bins[i].MeanPredicted);
            Near(c["calibration"]![i]![2], bins[i].ObservedRate);
        }
    }

    [Theory]
    [MemberData(nameof(Multiclass))]
    public void Multiclass_measures_match(int index)
    {
        JsonNode c = Root["multiclass"]![index]!;
        int classes = c["classes"]!.GetValue<int>();
        float[] p = [.. c["probabilities"]!.AsArray().SelectMany(Floats)];
        int[] labels = Ints(c["labels"]);
        int[] predicted = [.. p.Chunk(classes).Select(r => Array.IndexOf(r, r.Max()))];

        Near(c["accuracy"], ClassificationMetrics.Accuracy(predicted, labels));
        Near(c["f1Macro"], ClassificationMetrics.F1Macro(predicted, labels, classes));
        Near(c["f1Weighted"], ClassificationMetrics.F1Weighted(predicted, labels, classes));
        Near(c["auc"], ClassificationMetrics.MacroAuc(p, labels, classes));
        Near(c["logLoss"], ClassificationMetrics.LogLoss(p, labels, classes));
        IReadOnlyList<(double F1, int Rows)> each = ClassificationMetrics.F1PerClass(predicted, labels, classes);
        for (int k = 0; k < classes; k++)
        {
            Near(c["f1PerClass"]![k], each[k].F1);
        }
    }

    [Fact]
    public void Regression_measures_match()
    {
        JsonNode c = Root["regression"]![0]!;
        float[] predicted = Floats(c["predicted"]);
        float[] values = Floats(c["values"]);

        Near(c["r2"], RegressionMetrics.R2(predicted, values));
        Near(c["mae"], RegressionMetrics.MeanAbsoluteError(predicted, values));
        Near(c["rmse"], RegressionMetrics.RootMeanSquaredError(predicted, values));
    }

    [Theory]
    [MemberData(nameof(Survival))]
    public void Survival_measures_match(int index)
    {
        JsonNode c = Root["survival"]![index]!;
        float[] times = Floats(c["times"]);
        bool[] events = [.. Ints(c["events"]).Select(e => e == 1)];

        Near(c["cIndex"], ConcordanceIndex.Compute(Floats(c["risks"]), times, events));
        IReadOnlyList<SurvivalPoint> curve = KaplanMeier.Curve(times, events);
        Assert.Equal(c["kaplanMeier"]!.AsArray().Count, curve.Count);
        for (int i = 0; i < curve.Count; i++)
        {
            Near(c["kaplanMeier"]![i]![0], curve[i].Time);
            Near(c["kaplanMeier"]![i]![1], curve[i].Survival);
            Assert.Equal(c["kaplanMeier"]![i]![2]!.GetValue<int>(), curve[i].AtRisk);
        }
    }

    [Theory]
    [MemberData(nameof(Brier))]
    public void Integrated_brier_score_matches(int index)
    {
        JsonNode c = Root["brier"]![index]!;
        (float[] Risks, float[] Times, bool[] Events) train = Rows(c["train"]!);
        (float[] Risks, float[] Times, bool[] Events) test = Rows(c["test"]!);

        var fitted = IntegratedBrier.Fit(train.Risks, train.Times, train.Events);

        Near(c["integratedBrier"], fitted!.Scores(test.Risks, test.Times, test.Events).Average());

        static (float[] Risks, float[] Times, bool[] Events) Rows(JsonNode rows) =>
            (Floats(rows["risks"]), Floats(rows["times"]), [.. Ints(rows["events"]).Select(e => e == 1)]);
    }

    private static void Near(JsonNode? expected, double? actual)
    {
        if (expected is null)
        {
            Assert.Null(actual);
            return;
        }

        Assert.NotNull(actual);
        Assert.Equal(expected.GetValue<double>(), actual.Value, Tolerance);
    }

    private static float[] Floats(JsonNode? node) => [.. node!.AsArray().Select(v => (float)v!.GetValue<double>())];

    private static int[] Ints(JsonNode? node) => [.. node!.AsArray().Select(v => v!.GetValue<int>())];
}
