// The malicious local optimiser: a feature party that makes its own bottom learn faster than the study says, so that the joint model leans on it.
// What:        of each weight's step d the optimiser's, D the one that was taken last: the step taken is r d with r = min(max(1 + gamma d / D, r_min), r_max). So a weight
//              that keeps its direction is sped up, one that turns takes the optimiser's own step. A weight without a last step (D = 0) takes d.
// Reference:   Fu et al. 2022, "Label Inference Attacks Against Vertical Federated Learning" (USENIX Security), section 5.2. Its velocity with momentum beta is here the study's
//              optimiser, whose steps are scaled; decay is part of them.
// Parameters:  gamma 1, r_min 1, r_max 5, as published.
// Adversary:   malicious: it departs from the study in its own training alone. What it sends is in the ring, so that nobody sees it but by the model.
namespace VerticalFL.Training.Audits;

/// <summary>How a cheating party changes the steps of its weights.</summary>
internal static class MaliciousUpdate
{
    private const float Gamma = 1, Least = 1, Most = 5;

    /// <summary>Puts the scaled step in the optimiser's place.</summary>
    /// <param name="weights">After the optimiser's step; receives the cheat's.</param>
    /// <param name="before">The weights before it.</param>
    /// <param name="last">The steps taken last, zeros at first; receives these.</param>
    public static void Apply(Span<float> weights, ReadOnlySpan<float> before, Span<float> last)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            float step = weights[i] - before[i];
            float ratio = last[i] == 0 ? Least : Math.Clamp(1 + (Gamma * step / last[i]), Least, Most);
            last[i] = ratio * step;

            // The optimiser's own step stays to the last bit.
            if (ratio != 1)
            {
                weights[i] = before[i] + last[i];
            }
        }
    }
}
