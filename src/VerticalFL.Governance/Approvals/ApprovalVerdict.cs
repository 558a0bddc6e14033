namespace VerticalFL.Governance.Approvals;

/// <summary>What came of checking a signed decision.</summary>
/// <param name="Approval">The decision when it is genuine and in force; also a rejection is a decision. Null when it is refused.</param>
/// <param name="Refusal">Why it is refused, as one clause; null when it is genuine.</param>
public sealed record ApprovalVerdict(Approval? Approval, string? Refusal);
