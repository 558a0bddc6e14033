namespace VerticalFL.Coordinator.Registry;

/// <summary>How good the predictions of validation rows were by epoch; higher is better.</summary>
/// <param name="Name">The metric's name for a reader.</param>
/// <param name="Points">By epoch; at least one.</param>
public sealed record MetricCurve(string Name, IReadOnlyList<MetricPoint> Points);

/// <summary>One epoch's.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Value">The metric.</param>
public sealed record MetricPoint(int Epoch, double Value);
