namespace VerticalFL.Governance.Policies;

/// <summary>How much this party's studies together may tell of one patient.</summary>
public sealed record PrivacyBudget
{
    /// <summary>The largest sum of epsilons of one patient, above 0. Default (null): no limit.</summary>
    public double? Epsilon { get; init; }

    /// <summary>The delta at which releases with Gaussian noise, taken together, are held against <see cref="Epsilon"/>: above 0, at most 1e-6. Default: 1e-6.</summary>
    public double Delta { get; init; } = 1e-6;

    /// <summary>
    /// The column that names a patient in all of this party's tables, whatever identifiers a study aligns by: by it the ledger adds up. Default:
    /// <c>patient_id</c>.
    /// </summary>
    public string Patient { get; init; } = "patient_id";
}
