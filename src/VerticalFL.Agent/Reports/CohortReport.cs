namespace VerticalFL.Agent.Reports;

/// <summary>How the common patients were used.</summary>
public sealed record CohortReport
{
    /// <summary>Rows that trained.</summary>
    public required int Train { get; init; }

    /// <summary>Training rows that were kept aside to stop in time.</summary>
    public required int Validation { get; init; }

    /// <summary>Rows that judge the model.</summary>
    public required int Test { get; init; }

    /// <summary>Common patients that the split column leaves out.</summary>
    public required int Unused { get; init; }

    /// <summary>The outcomes of <c>train</c>, <c>validation</c> and <c>test</c>, those parts that have rows; null in reports of before it was told.</summary>
    public IReadOnlyDictionary<string, OutcomeReport>? Outcomes { get; init; }
}
