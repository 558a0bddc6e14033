namespace VerticalFL.Agent.Reports.Page;

/// <summary>How a metric is called, found and judged.</summary>
/// <param name="Key">Its name in report.json.</param>
/// <param name="Name">Its name for a reader.</param>
/// <param name="Meaning">One clause for who does not know it.</param>
/// <param name="Read">Its value.</param>
/// <param name="HigherIsBetter">Which way is better; null where neither is, as for a slope whose ideal lies between.</param>
/// <param name="IsShare">Whether it lies between 0 and 1, so that it can be drawn as a bar.</param>
public sealed record MetricKind(string Key, string Name, string Meaning, Func<MetricValues, double?> Read, bool? HigherIsBetter, bool IsShare)
{
    private static readonly MetricKind AreaUnderCurve = new(
        "auc", "AUC", "the chance that a positive patient is ranked above a negative one", m => m.Auc, true, true);

    private static readonly MetricKind Share = new("accuracy", "Accuracy", "the share of patients whose class is right", m => m.Accuracy, true, true);

    private static readonly MetricKind Concordance = new(
        "cIndex", "C-index", "the chance that of two patients the one at higher predicted risk has the event first", m => m.CIndex, true, true);

    private static readonly MetricKind Explained = new(
        "r2", "R\u00b2", "the share of the outcome's variance that is explained", m => m.R2, true, true);

    /// <summary>One clause for who does not know it, in a task where it means something else too.</summary>
    public string MeaningIn(string task) => task == "multiclass" && Key == AreaUnderCurve.Key
        ? "the chance that a patient of a class is ranked above one of another class, averaged over the classes"
        : Meaning;

    /// <summary>All, in the order of a report.</summary>
    public static IReadOnlyList<MetricKind> All { get; } =
    [
        AreaUnderCurve,
        Concordance,
        Explained,
        new("prAuc", "PR-AUC", "average precision: the area under the precision-recall curve", m => m.PrAuc, true, true),
        Share,
        new("f1", "F1", "the harmonic mean of precision and recall of the positive class", m => m.F1, true, true),
        new("f1Macro", "F1, macro", "the mean of the classes' F1", m => m.F1Macro, true, true),
        new("f1Weighted", "F1, weighted", "the mean of the classes' F1, weighted by their size", m => m.F1Weighted, true, true),
        new("brier", "Brier score", "the mean squared error of the probability", m => m.Brier, false, true),
        new("integratedBrier", "Integrated Brier score", "the mean squared error of predicted survival over the follow-up", m => m.IntegratedBrier, false, true),
        new("calibrationSlope", "Calibration slope", "1 is ideal; below, predictions are too extreme", m => m.CalibrationSlope, null, false),
        new("calibrationIntercept", "Calibration intercept", "0 is ideal; above, predictions are too low", m => m.CalibrationIntercept, null, false),
        new("logLoss", "Log loss", "the mean negative log-likelihood, in nats", m => m.LogLoss, false, false),
        new("mae", "Mean absolute error", "in the outcome's unit", m => m.Mae, false, false),
        new("rmse", "Root mean squared error", "in the outcome's unit", m => m.Rmse, false, false),
    ];

    /// <summary>The metric that stands in the headline of a task.</summary>
    public static MetricKind HeadlineOf(string task) => task switch
    {
        "survival" => Concordance,
        "regression" => Explained,
        "multiclass" => Share,
        _ => AreaUnderCurve,
    };
}
