namespace VerticalFL.Agent.Reports;

/// <summary>How good a model is, by part of the cohort.</summary>
public sealed record MetricsReport
{
    /// <summary>On the rows that trained it.</summary>
    public MetricValues? Train { get; init; }

    /// <summary>On the validation rows, which chose the epoch.</summary>
    public MetricValues? Validation { get; init; }

    /// <summary>On the test rows, which nothing has looked at before.</summary>
    public MetricValues? Test { get; init; }
}
