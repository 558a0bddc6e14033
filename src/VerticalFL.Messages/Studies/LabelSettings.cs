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

    /// <summary>
    /// Noise that draws two classes' gradients together at the least expected squared length (Marvell, the same paper, section 4.2).
    /// </summary>
    Marvell,

    /// <summary>
    /// Training on outcomes that are reported the other way with a probability that epsilon gives (randomised response), once per patient for good.
    /// </summary>
    LabelDp,
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

    /// <summary>
    /// For <see cref="LabelProtection.Marvell"/>: the largest AUC that an attack on one batch may reach; .505 to .99. Default: .6, which leaves an
    /// attacker little in one batch. Several batches together tell more.
    /// </summary>
    public double LargestAuc { get; init; } = 0.6;

    /// <summary>
    /// For <see cref="LabelProtection.LabelDp"/>, which must name it: epsilon of a patient's outcome, .1 to 10. 1 reports 27 % of the outcomes the other way, 3
    /// reports 5 %.
    /// </summary>
    public double Epsilon { get; init; }
}
