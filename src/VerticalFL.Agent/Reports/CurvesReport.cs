namespace VerticalFL.Agent.Reports;

/// <summary>Curves over the test rows; null where one does not apply to the task.</summary>
public sealed record CurvesReport
{
    /// <summary>The ROC curve (binary), at most some hundred points from (0, 0) to (1, 1).</summary>
    public IReadOnlyList<RocCurvePoint>? Roc { get; init; }

    /// <summary>The ROC curve of the label party alone, if it was compared.</summary>
    public IReadOnlyList<RocCurvePoint>? RocAlone { get; init; }

    /// <summary>
    /// Predicted and observed outcomes in groups of rows with like predictions: probabilities and rates (binary), or means (regression).
    /// </summary>
    public IReadOnlyList<CalibrationGroup>? Calibration { get; init; }

    /// <summary>What acting on predictions from several thresholds on comes to (binary).</summary>
    public IReadOnlyList<DecisionPointReport>? Decisions { get; init; }

    /// <summary>Test patients by their class, then by the class that is predicted (multiclass); the classes are <see cref="Classes"/>.</summary>
    public IReadOnlyList<IReadOnlyList<int>>? Confusion { get; init; }

    /// <summary>The classes in the order of <see cref="Confusion"/>.</summary>
    public IReadOnlyList<string>? Classes { get; init; }

    /// <summary>Kaplan-Meier curves of groups by predicted risk, the lowest risk first (survival).</summary>
    public IReadOnlyList<RiskGroup>? Survival { get; init; }
}
