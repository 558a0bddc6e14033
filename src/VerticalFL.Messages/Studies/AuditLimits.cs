namespace VerticalFL.Messages.Studies;

/// <summary>What a study's leak audit may find at most, each judged by the strongest attack that was played.</summary>
public sealed record AuditLimits
{
    /// <summary>The largest AUC with which a feature party may infer training patients' outcomes, .5 to 1, for binary tasks. Default: null, not judged.</summary>
    public double? LabelInferenceAuc { get; init; }

    /// <summary>The largest R2 with which a feature party's column may be reconstructed from the sum, 0 to 1. Default: null, not judged.</summary>
    public double? FeatureR2 { get; init; }

    /// <summary>The largest AUC with which training patients may be told from test patients by their loss, .5 to 1, for binary tasks. Default: null, not judged.</summary>
    public double? MembershipAuc { get; init; }
}
