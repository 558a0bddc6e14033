namespace VerticalFL.Agent.Reports;

/// <summary>What protected the data.</summary>
public sealed record PrivacyReport
{
    /// <summary>Whether pairwise masks hid each feature party's activations: there were two feature parties or more.</summary>
    public bool? Masked { get; init; }

    /// <summary>The ring of the masked sums, such as <c>u32.20</c>.</summary>
    public string? Ring { get; init; }

    /// <summary>Noise of each feature party on each row that it released, over the norm to which rows were shortened; it carries no epsilon. Null for none.</summary>
    public double? ReleaseNoise { get; init; }

    /// <summary>The norm to which each feature party's rows were shortened before that noise; null for none.</summary>
    public double? ClippingNorm { get; init; }

    /// <summary>The feature parties that may infer labels from gradients.</summary>
    public IReadOnlyList<string>? LabelsDisclosedTo { get; init; }

    /// <summary>The protection of labels, such as <c>maxNorm</c>; <c>none</c> when they are disclosed.</summary>
    public string? LabelProtection { get; init; }

    /// <summary>With <c>marvell</c>, the bound on the AUC of an attack on one batch.</summary>
    public double? LargestAuc { get; init; }

    /// <summary>With <c>labelDp</c>, epsilon of a patient's outcome.</summary>
    public double? LabelEpsilon { get; init; }

    /// <summary>What differential privacy at patient level held; null when the study asked for none.</summary>
    public DifferentialPrivacyReport? DifferentialPrivacy { get; init; }

    /// <summary>What the patients have been charged over all studies; null when the run charges nothing.</summary>
    public LedgerReport? Ledger { get; init; }

    /// <summary>How well outcomes could be inferred from the gradients that left; null when nobody asked.</summary>
    public LabelAuditReport? LabelAudit { get; init; }

    /// <summary>How well the feature parties' columns could be reconstructed; null when nobody asked, or outside a simulation.</summary>
    public IReadOnlyList<ReconstructionReport>? Reconstruction { get; init; }

    /// <summary>What the audit did not see of gradients and sums that left the parties, as a clause; null when it saw all, or nobody asked for it.</summary>
    public string? AuditLeftOut { get; init; }

    /// <summary>Whether the study's limits of leaks are kept; null when it has none.</summary>
    public AuditVerdictReport? Verdict { get; init; }

    /// <summary>What the coordinator was told, as the study releases it.</summary>
    public IReadOnlyList<string>? Released { get; init; }
}
