namespace VerticalFL.Agent.Reports;

/// <summary>Rows with like predictions.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Predicted">Their mean prediction.</param>
/// <param name="Observed">The share of positives among them, or their mean outcome.</param>
public sealed record CalibrationGroup(int Rows, double Predicted, double Observed);
