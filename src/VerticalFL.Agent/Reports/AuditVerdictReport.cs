namespace VerticalFL.Agent.Reports;

/// <summary>Whether a run keeps the study's limits of leaks, each judged by the strongest attack that was played.</summary>
public sealed record AuditVerdictReport
{
    /// <summary>False when a limit is broken; else null when one could not be judged; else true.</summary>
    public bool? Passed { get; init; }

    /// <summary>The study's limits.</summary>
    public required IReadOnlyList<AuditLimitReport> Limits { get; init; }
}

/// <summary>One limit.</summary>
/// <param name="Limit">Its field in the study: labelInferenceAuc, featureR2 or membershipAuc.</param>
/// <param name="AtMost">What it allows.</param>
/// <param name="Found">The strongest attack's figure; null when none could be played.</param>
/// <param name="By">Which attack, and where several parties can be attacked or attack, which; why none, when there is no figure.</param>
/// <param name="Kept">Whether it is kept; null when it could not be judged, or when the attacks that could not be played may find more.</param>
public sealed record AuditLimitReport(string Limit, double AtMost, double? Found, string By, bool? Kept);
