namespace VerticalFL.Agent.Reports;

/// <summary>How well a feature party's columns could be told, in R2 against a baseline that says the mean for everybody: 0 is no better, 1 is every value.</summary>
public sealed record ReconstructionReport
{
    /// <summary>Whose columns.</summary>
    public required string Party { get; init; }

    /// <summary>How many training patients' columns the attacker knew.</summary>
    public required int KnownRows { get; init; }

    /// <summary>By the label party, from the sum of all feature parties' activations that it received: the mean over columns.</summary>
    public required double MeanR2 { get; init; }

    /// <summary>The same for the column that is told best: what a limit is judged by.</summary>
    public required double LargestR2 { get; init; }

    /// <summary>Which column that is, as a feature of the model.</summary>
    public required string LargestColumn { get; init; }

    /// <summary>The best told column's figure when the columns are another patient's.</summary>
    public required double Chance { get; init; }

    /// <summary>The best told column from this party's activations alone, before noise: by a label party with which all other feature parties collude.</summary>
    public required double AlonePartyLargestR2 { get; init; }
}
