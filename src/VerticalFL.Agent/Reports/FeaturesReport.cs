namespace VerticalFL.Agent.Reports;

/// <summary>Which of the label party's own columns were used; the other parties' columns stay with them.</summary>
public sealed record FeaturesReport
{
    /// <summary>The party.</summary>
    public required string Party { get; init; }

    /// <summary>Columns that were used, in their order.</summary>
    public required IReadOnlyList<string> Used { get; init; }

    /// <summary>Inputs of the bottom model: one per number, several per category, indicators of missing values.</summary>
    public required int Inputs { get; init; }

    /// <summary>Columns that were not used, and why.</summary>
    public IReadOnlyList<DroppedColumnReport> Dropped { get; init; } = [];
}
