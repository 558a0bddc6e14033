namespace VerticalFL.Agent.Reports;

/// <summary>How good the model of all parties is for test patients of one kind and another, by a column that the study names.</summary>
public sealed record SubgroupsReport
{
    /// <summary>The label party's column.</summary>
    public required string Column { get; init; }

    /// <summary>The key of the metric that the groups are compared by: the task's main one.</summary>
    public required string Metric { get; init; }

    /// <summary>The groups; values of a number are cut into thirds.</summary>
    public required IReadOnlyList<SubgroupReport> Groups { get; init; }
}

/// <summary>One group of test patients.</summary>
public sealed record SubgroupReport
{
    /// <summary>The column's value, a range of numbers, <c>(not known)</c>, or <c>(rare values)</c> for all that too few patients have.</summary>
    public required string Name { get; init; }

    /// <summary>Test patients in it.</summary>
    public required int Patients { get; init; }

    /// <summary>How many of them have the outcome; null where there are not two.</summary>
    public int? Positives { get; init; }

    /// <summary>The task's main metric; null where it cannot be computed.</summary>
    public double? Value { get; init; }

    /// <summary>Its interval over resamples of the group; null without.</summary>
    public IntervalReport? Interval { get; init; }

    /// <summary>The share of positive patients who are predicted positive, at a threshold of one half; null where it does not apply.</summary>
    public double? Sensitivity { get; init; }

    /// <summary>The share of the other patients who are predicted so, at a threshold of one half; null where it does not apply.</summary>
    public double? Specificity { get; init; }
}
