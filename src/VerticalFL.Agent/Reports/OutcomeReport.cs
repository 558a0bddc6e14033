namespace VerticalFL.Agent.Reports;

/// <summary>The outcomes of the patients of one part of the cohort.</summary>
public sealed record OutcomeReport
{
    /// <summary>How many patients.</summary>
    public required int Patients { get; init; }

    /// <summary>How many of them have the outcome (binary), or had the event while they were followed (survival); null for other tasks.</summary>
    public int? Events { get; init; }

    /// <summary>How many of each class (multiclass); null for other tasks.</summary>
    public IReadOnlyDictionary<string, int>? Classes { get; init; }

    /// <summary>The median follow-up, by Kaplan and Meier with censoring as the event (survival); null for other tasks, and where half were not followed to their end.</summary>
    public double? MedianFollowUp { get; init; }

    /// <summary>The outcome's mean (regression); null for other tasks.</summary>
    public double? Mean { get; init; }

    /// <summary>The outcome's standard deviation (regression); null for other tasks, and of one patient.</summary>
    public double? StandardDeviation { get; init; }
}
