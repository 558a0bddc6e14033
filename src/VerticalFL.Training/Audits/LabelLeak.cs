namespace VerticalFL.Training.Audits;

/// <summary>How well an attack told the outcomes apart.</summary>
/// <param name="Attack">Which.</param>
/// <param name="Auc">
/// Area under the curve of its guesses against the true outcomes. Attacks that look at one batch have one an epoch, the mean over batches, weighted by
/// pairs: this is the largest epoch's. A sign that the attacker cannot know is chosen in its favour.
/// </param>
/// <param name="Chance">The same figure, calculated the same way, against outcomes that were dealt out anew: the mean of several deals.</param>
public sealed record LabelLeak(LabelAttack Attack, double Auc, double Chance);
