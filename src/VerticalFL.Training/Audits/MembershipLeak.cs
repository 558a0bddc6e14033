namespace VerticalFL.Training.Audits;

/// <summary>How well <see cref="MembershipAttack"/> told training patients from test patients.</summary>
/// <param name="Auc">Area under the curve of the stronger attack.</param>
/// <param name="Chance">The same when it is dealt out anew who was trained on: the mean of several deals.</param>
public sealed record MembershipLeak(double Auc, double Chance);
