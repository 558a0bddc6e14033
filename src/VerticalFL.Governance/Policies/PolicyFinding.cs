namespace VerticalFL.Governance.Policies;

/// <summary>One thing that a policy has to say about a study.</summary>
/// <param name="Refuses">True when the study is refused; false for a remark that is shown at approval.</param>
/// <param name="Rule">The policy's field, or the subject of the remark.</param>
/// <param name="Text">One sentence for a person.</param>
public sealed record PolicyFinding(bool Refuses, string Rule, string Text);
