using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Reports.Page;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Metrics;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Judges predictions against outcomes: which metrics a task has, and in which unit.</summary>
internal sealed class MetricsOf(Targets targets, CohortOutcome outcome, ILoss loss)
{
    private const int CalibrationBins = 10;
    private const int RiskGroups = 3;

    // A clinic's own threshold depends on what acting costs; these span what is usual, and 0.5 is what accuracy and F1 take.
    private static readonly double[] Thresholds = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5];

    public MetricsReport Report(TrainingOutcome model) => new()
    {
        Train = Of(model, RowPart.Training),
        Validation = Of(model, RowPart.Validation),
        Test = Of(model, RowPart.Test),
    };

    public IReadOnlyList<RocCurvePoint>? Roc(TrainingOutcome model)
    {
        if (targets.Kind != OutcomeKind.Binary)
        {
            return null;
        }

        PartPredictions part = model.PredictionsOf(RowPart.Test);
        return CurvePoints.Thin(
            RocCurve.Points(Predict(part), Positive(part)).Select(p => new RocCurvePoint(p.FalsePositiveRate, p.TruePositiveRate)));
    }

    public IReadOnlyList<CalibrationGroup>? Calibration(TrainingOutcome model)
    {
        PartPredictions part = model.PredictionsOf(RowPart.Test);
        if (targets.Kind == OutcomeKind.Regression)
        {
            return CurvePoints.Groups(Numbers(part), Outcomes(part), CalibrationBins);
        }

        return targets.Kind != OutcomeKind.Binary
            ? null
            : [.. CalibrationCurve.Bins(Predict(part), Positive(part), CalibrationBins)
                .Where(b => b.Rows > 0)
                .Select(b => new CalibrationGroup(b.Rows, b.MeanPredicted, b.ObservedRate))];
    }

    public IReadOnlyList<RiskGroup>? Survival(TrainingOutcome model)
    {
        if (targets.Kind != OutcomeKind.Survival)
        {
            return null;
        }

        PartPredictions part = model.PredictionsOf(RowPart.Test);
        string[] names = ["low risk", "middle risk", "high risk"];
        IReadOnlyList<SurvivalCurve> curves = KaplanMeier.ByRisk(part.Outputs, Outcomes(part), Events(part), RiskGroups);
        double[] ticks = [.. Charts.SurvivalTimes(curves.Max(c => c.Points[^1].Time)).Ticks];
        return [.. curves.Select(c => new RiskGroup(
            names[c.Group], c.Rows, c.Events, [.. c.Points.Select(p => new SurvivalStep(p.Time, p.Survival, p.AtRisk))],
            [.. ticks.Select(t => new AtRiskCount(t, c.Times.Count(time => time >= t)))]))];
    }

    /// <summary>Binary: what acting from several thresholds on comes to.</summary>
    public IReadOnlyList<DecisionPointReport>? Decisions(TrainingOutcome model, TrainingOutcome? alone)
    {
        if (targets.Kind != OutcomeKind.Binary)
        {
            return null;
        }

        PartPredictions part = model.PredictionsOf(RowPart.Test);
        PartPredictions? before = alone?.PredictionsOf(RowPart.Test);
        return [.. Thresholds.Select(t => DecisionCurve.At(Predict(part), Positive(part), t)).Select(d => new DecisionPointReport(
            d.Threshold, d.Flagged, d.Sensitivity, d.Specificity, d.PositivePredictiveValue, d.NegativePredictiveValue, d.NetBenefit,
            before is null ? null : DecisionCurve.At(Predict(before), Positive(before), d.Threshold).NetBenefit, d.NetBenefitOfAll))];
    }

    /// <summary>Multiclass: test patients by class and predicted class.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Confusion(TrainingOutcome model)
    {
        if (targets.Kind != OutcomeKind.Multiclass || Judge(model, RowPart.Test) is not { } rows)
        {
            return null;
        }

        int[][] counts = [.. targets.Classes.Select(_ => new int[targets.Classes.Count])];
        foreach ((int truth, int predicted) in rows.Classes.Zip(Classes(rows)))
        {
            counts[truth][predicted]++;
        }

        return counts;
    }

    /// <summary>What <see cref="Measure"/> needs of the rows of one part; null when it has none.</summary>
    public JudgedRows? Judge(TrainingOutcome model, RowPart which) =>
        model.Predictions.FirstOrDefault(p => p.Part == which) is not { Rows.Count: > 0 } part ? null
        : targets.Events is null ? Judge(part)
        : Judge(part) with { BrierScores = BrierScores(model, part) };

    /// <summary>The same of any predictions; of survival without what training rows are needed for.</summary>
    public JudgedRows Judge(PartPredictions part)
    {
        float[] predictions = targets.Kind switch
        {
            OutcomeKind.Regression => Numbers(part),
            OutcomeKind.Survival => part.Outputs,
            _ => Predict(part),
        };
        return targets.Events is null
            ? new JudgedRows(predictions, predictions.Length / part.Rows.Count, Outcomes(part), null)
            : new JudgedRows(predictions, 1, Outcomes(part), Events(part));
    }

    /// <summary>The task's main metric alone, for what is drawn many times.</summary>
    public double? Headline(JudgedRows rows) => targets.Kind switch
    {
        OutcomeKind.Binary => RocCurve.Auc(rows.Predictions, [.. rows.Outcomes.Select(v => v == 1)]),
        OutcomeKind.Survival => ConcordanceIndex.Compute(rows.Predictions, rows.Outcomes, rows.Events),
        OutcomeKind.Regression => RegressionMetrics.R2(rows.Predictions, rows.Outcomes),
        _ => ClassificationMetrics.Accuracy(Classes(rows), rows.Classes),
    };

    /// <summary>The task's metrics on some rows.</summary>
    public MetricValues Measure(JudgedRows rows) => targets.Kind switch
    {
        OutcomeKind.Binary => Binary(rows),
        OutcomeKind.Multiclass => Multiclass(rows),
        OutcomeKind.Regression => Regression(rows),
        _ => new MetricValues
        {
            CIndex = ConcordanceIndex.Compute(rows.Predictions, rows.Outcomes, rows.Events),
            IntegratedBrier = rows.BrierScores is { Length: > 0 } scores ? scores.Average() : null,
        },
    };

    private MetricValues? Of(TrainingOutcome model, RowPart which) => Judge(model, which) is { } rows ? Measure(rows) : null;

    private static MetricValues Binary(JudgedRows rows)
    {
        float[] probabilities = rows.Predictions;
        bool[] positive = [.. rows.Outcomes.Select(v => v == 1)];
        int[] predicted = [.. probabilities.Select(p => p >= 0.5f ? 1 : 0)];
        int[] classes = rows.Classes;
        float[] both = [.. probabilities.SelectMany(p => new[] { 1 - p, p })];
        CalibrationLine? line = CalibrationLine.Fit(probabilities, positive);
        return new MetricValues
        {
            Auc = RocCurve.Auc(probabilities, positive),
            PrAuc = PrecisionRecall.AveragePrecision(probabilities, positive),
            Accuracy = ClassificationMetrics.Accuracy(predicted, classes),
            F1 = ClassificationMetrics.F1PerClass(predicted, classes, 2)[1].F1,
            F1Macro = ClassificationMetrics.F1Macro(predicted, classes, 2),
            F1Weighted = ClassificationMetrics.F1Weighted(predicted, classes, 2),
            LogLoss = ClassificationMetrics.LogLoss(both, classes, 2),
            Brier = ClassificationMetrics.Brier(probabilities, positive),
            CalibrationSlope = line?.Slope,
            CalibrationIntercept = line?.Intercept,
        };
    }

    private MetricValues Multiclass(JudgedRows rows)
    {
        int count = targets.Classes.Count;
        int[] classes = rows.Classes;
        int[] predicted = Classes(rows);
        return new MetricValues
        {
            Auc = ClassificationMetrics.MacroAuc(rows.Predictions, classes, count),
            Accuracy = ClassificationMetrics.Accuracy(predicted, classes),
            F1Macro = ClassificationMetrics.F1Macro(predicted, classes, count),
            F1Weighted = ClassificationMetrics.F1Weighted(predicted, classes, count),
            LogLoss = ClassificationMetrics.LogLoss(rows.Predictions, classes, count),
        };
    }

    private static MetricValues Regression(JudgedRows rows) => new()
    {
        R2 = RegressionMetrics.R2(rows.Predictions, rows.Outcomes),
        Mae = RegressionMetrics.MeanAbsoluteError(rows.Predictions, rows.Outcomes),
        Rmse = RegressionMetrics.RootMeanSquaredError(rows.Predictions, rows.Outcomes),
    };

    private static int[] Classes(JudgedRows rows) =>
        [.. Enumerable.Range(0, rows.Count).Select(i => Largest(rows.Predictions.AsSpan(i * rows.Width, rows.Width)))];

    private static int Largest(ReadOnlySpan<float> values)
    {
        int best = 0;
        for (int i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }

    /// <summary>Baseline hazard and censoring come from the training rows, with the same model's risks.</summary>
    private double[]? BrierScores(TrainingOutcome model, PartPredictions part)
    {
        PartPredictions training = model.PredictionsOf(RowPart.Training);
        return IntegratedBrier.Fit(training.Outputs, Outcomes(training), Events(training))?.Scores(part.Outputs, Outcomes(part), Events(part));
    }

    private float[] Predict(PartPredictions part)
    {
        var predictions = new float[part.Outputs.Length];
        loss.Predict(part.Outputs, predictions);
        return predictions;
    }

    /// <summary>Predictions of a number in the outcome's own unit.</summary>
    private float[] Numbers(PartPredictions part) => [.. part.Outputs.Select(o => (float)((o * outcome.Scale) + outcome.Mean))];

    private float[] Outcomes(PartPredictions part) => [.. part.Rows.Select(r => targets.Values[r])];

    private bool[] Events(PartPredictions part) => [.. part.Rows.Select(r => targets.Events![r])];

    private bool[] Positive(PartPredictions part) => [.. part.Rows.Select(r => targets.Values[r] == 1)];
}
