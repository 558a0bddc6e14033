namespace VerticalFL.Agent.Reports;

/// <summary>Figures of one model on one part of the cohort; null where a figure does not apply to the task or cannot be computed.</summary>
public sealed record MetricValues
{
    /// <summary>Area under the ROC curve; for several classes the mean of one against the rest.</summary>
    public double? Auc { get; init; }

    /// <summary>Average precision of the positive class.</summary>
    public double? PrAuc { get; init; }

    /// <summary>The share of rows whose class is right, at a threshold of one half for two classes.</summary>
    public double? Accuracy { get; init; }

    /// <summary>F1 of the positive class.</summary>
    public double? F1 { get; init; }

    /// <summary>The mean of the classes' F1.</summary>
    public double? F1Macro { get; init; }

    /// <summary>The mean of the classes' F1, weighted by their rows.</summary>
    public double? F1Weighted { get; init; }

    /// <summary>Harrell's concordance index.</summary>
    public double? CIndex { get; init; }

    /// <summary>Graf's Brier score of predicted survival, averaged from time 0 to the last event among the training rows; 0 is perfect.</summary>
    public double? IntegratedBrier { get; init; }

    /// <summary>The share of variance that is explained.</summary>
    public double? R2 { get; init; }

    /// <summary>Mean absolute error, in the outcome's unit.</summary>
    public double? Mae { get; init; }

    /// <summary>Root mean squared error, in the outcome's unit.</summary>
    public double? Rmse { get; init; }

    /// <summary>Mean negative log-likelihood of the true class, in nats.</summary>
    public double? LogLoss { get; init; }

    /// <summary>Mean squared error of the probability of the positive class.</summary>
    public double? Brier { get; init; }

    /// <summary>What predicted log odds must be multiplied by to fit the outcomes; 1 is ideal.</summary>
    public double? CalibrationSlope { get; init; }

    /// <summary>What must be added to predicted log odds, beside the slope; 0 is ideal.</summary>
    public double? CalibrationIntercept { get; init; }
}
