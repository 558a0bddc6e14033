namespace VerticalFL.Messages.Studies;

/// <summary>A perturbation of the gradients that feature parties receive.</summary>
public enum LabelProtection
{
    /// <summary>None: labels must then be disclosed to every feature party.</summary>
    None,

    /// <summary>
    /// Noise along each gradient so that all norms are equal in expectation (the max-norm method of Li et al. 2022, "Label Leakage and
    /// Protection in Two-party Split Learning", section 4.1).
    /// </summary>
    MaxNorm,
}

/// <summary>
/// Gradients at the cut leak labels. A study either protects them or says to whom labels are thereby disclosed.
/// </summary>
public sealed record LabelSettings
{
    /// <summary>The feature parties that may infer labels from gradients.</summary>
    public IReadOnlyList<PartyId> DisclosedTo { get; init; } = [];

    /// <summary>The protection. Default: none.</summary>
    public LabelProtection Protection { get; init; } = LabelProtection.None;
}
