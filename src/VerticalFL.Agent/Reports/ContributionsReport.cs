namespace VerticalFL.Agent.Reports;

/// <summary>
/// How good the one model is on test rows when feature parties are absent, and what each adds by that. An approximation of training anew for each subset: the
/// absent ones count as zero in the sum at the cut.
/// </summary>
public sealed record ContributionsReport
{
    /// <summary>The key of the metric that contributions are told in: the task's main one.</summary>
    public required string Metric { get; init; }

    /// <summary>How often each group was absent from a training step; with 0 the model has not learned to do without any.</summary>
    public required double PartyDropout { get; init; }

    /// <summary>Every subset of the groups, from none of the feature parties to all of them.</summary>
    public required IReadOnlyList<SubsetReport> Subsets { get; init; }

    /// <summary>
    /// Each group's Shapley value: the mean, over all orders in which groups may join the label party, of what the metric gains; null where it cannot be
    /// computed for some subset. They add up to the metric with all parties minus that with none.
    /// </summary>
    public IReadOnlyList<ContributionReport>? Contributions { get; init; }

    /// <summary>Parties whose own activations the label party can work out from sums that differ; their policies allow it.</summary>
    public IReadOnlyList<string> Exposed { get; init; } = [];
}

/// <summary>The model with some feature parties only.</summary>
public sealed record SubsetReport
{
    /// <summary>The feature parties that are present beside the label party.</summary>
    public required IReadOnlyList<string> Present { get; init; }

    /// <summary>The figures on test rows.</summary>
    public required MetricValues Test { get; init; }

    /// <summary>The interval of the main metric; null without.</summary>
    public IntervalReport? Interval { get; init; }
}

/// <summary>What a group of parties that come and go together adds.</summary>
public sealed record ContributionReport
{
    /// <summary>The parties.</summary>
    public required IReadOnlyList<string> Parties { get; init; }

    /// <summary>The Shapley value, in the metric's unit.</summary>
    public required double Value { get; init; }

    /// <summary>Its interval over resamples of the test patients; null without.</summary>
    public IntervalReport? Interval { get; init; }
}
