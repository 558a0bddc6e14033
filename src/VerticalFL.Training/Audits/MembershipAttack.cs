// Membership inference: who holds a patient's prediction and outcome guesses whether the model was trained on that patient.
// What:        two attacks: the smaller a patient's loss, the likelier a training patient; the same with the loss compared among patients of the same outcome alone, for a
//              rare class's losses are larger whether or not it was trained on. Every threshold at once: the area under the curve. The stronger counts.
// Reference:   Yeom et al. 2018, "Privacy Risk in Machine Learning: Analyzing the Connection to Overfitting", section 3.2; Song, Mittal 2021, "Systematic Evaluation of Privacy
//              Risks of Machine Learning Models" (USENIX Security), section 3.2 (thresholds by class).
// Adversary:   sees final predictions and knows outcomes; has no models of its own to compare with (shadow or reference models can find more).
using VerticalFL.Training.Metrics;

namespace VerticalFL.Training.Audits;

/// <summary>How well losses tell training patients from test patients.</summary>
public static class MembershipAttack
{
    private const int Deals = 5;

    /// <summary>Plays it.</summary>
    /// <param name="predictions">The probability of the positive class, of training and test patients.</param>
    /// <param name="positive">The outcome of each.</param>
    /// <param name="trained">Which of them were trained on.</param>
    /// <returns>Null when all or none of them were.</returns>
    public static MembershipLeak? Play(ReadOnlySpan<float> predictions, ReadOnlySpan<bool> positive, ReadOnlySpan<bool> trained)
    {
        if (positive.Length != predictions.Length || trained.Length != predictions.Length)
        {
            throw new ArgumentException($"{predictions.Length} predictions, {positive.Length} outcomes and {trained.Length} patients do not fit together.");
        }

        // The probability of what happened falls as the loss rises.
        float[] fit = new float[predictions.Length];
        for (int i = 0; i < fit.Length; i++)
        {
            fit[i] = positive[i] ? predictions[i] : 1 - predictions[i];
        }

        bool[] outcomes = positive.ToArray(), members = trained.ToArray();
        if (Strongest(fit, outcomes, members) is not { } auc)
        {
            return null;
        }

        // Not a secret: the deals only say what chance would give.
        var deal = new Random(1);
        double chance = 0;
        for (int d = 0; d < Deals; d++)
        {
            deal.Shuffle(members);
            chance += Strongest(fit, outcomes, members)!.Value / Deals;
        }

        return new MembershipLeak(auc, chance);
    }

    private static double? Strongest(float[] fit, bool[] outcomes, bool[] members) =>
        RocCurve.Auc(fit, members) is { } overall ? Math.Max(overall, WithinOutcomes(fit, outcomes, members)) : null;

    // Weighted by pairs.
    private static double WithinOutcomes(float[] fit, bool[] outcomes, bool[] members)
    {
        double sum = 0, pairs = 0;
        foreach (bool outcome in new[] { false, true })
        {
            int[] own = [.. Enumerable.Range(0, fit.Length).Where(i => outcomes[i] == outcome)];
            bool[] among = [.. own.Select(i => members[i])];
            if (RocCurve.Auc([.. own.Select(i => fit[i])], among) is { } auc)
            {
                double count = (double)among.Count(m => m) * among.Count(m => !m);
                (sum, pairs) = (sum + (auc * count), pairs + count);
            }
        }

        return pairs > 0 ? sum / pairs : 0.5;
    }
}
