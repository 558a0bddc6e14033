namespace VerticalFL.Agent.Reports;

/// <summary>A point of a ROC curve.</summary>
/// <param name="FalsePositiveRate">The share of negatives that are called positive.</param>
/// <param name="TruePositiveRate">The share of positives that are called positive.</param>
public sealed record RocCurvePoint(double FalsePositiveRate, double TruePositiveRate);
