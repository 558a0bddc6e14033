namespace VerticalFL.Agent.Reports;

/// <summary>
/// How far the figures on test rows would move with other patients of the same kind: percentile bootstrap over test patients, by the keys of
/// <see cref="MetricValues"/> in report.json. The model itself is not trained again: how much another seed would change it is not in here.
/// </summary>
public sealed record IntervalsReport
{
    /// <summary>The share of resamples between an interval's ends.</summary>
    public required double Level { get; init; }

    /// <summary>How many resamples there were.</summary>
    public required int Resamples { get; init; }

    /// <summary>The model of all parties. A metric that many resamples do not have is left out.</summary>
    public required IReadOnlyDictionary<string, IntervalReport> Test { get; init; }

    /// <summary>The label party alone; null when no comparison was asked for.</summary>
    public IReadOnlyDictionary<string, IntervalReport>? LabelPartyAlone { get; init; }

    /// <summary>All parties minus the label party alone, on the same resamples: where 0 lies outside, the difference is more than the choice of test patients.</summary>
    public IReadOnlyDictionary<string, IntervalReport>? Difference { get; init; }
}

/// <summary>The ends of an interval, in the metric's unit.</summary>
public sealed record IntervalReport(double Low, double High);
