// What a predicted probability is worth as a rule: act on every patient at or above a threshold.
// What:       sensitivity, specificity, predictive values and net benefit at one threshold.
// Reference:  Vickers and Elkin 2006, "Decision curve analysis"; net benefit = TP / n - FP / n * p / (1 - p), p the threshold.
// Parameters: p in (0, 1): the probability at which the harm of acting in vain and the gain of acting rightly balance.
namespace VerticalFL.Training.Metrics;

/// <summary>What acting on predictions at or above a threshold comes to.</summary>
/// <param name="Threshold">The predicted probability from which on one acts.</param>
/// <param name="Flagged">Patients at or above it.</param>
/// <param name="Sensitivity">The share of the positive patients who are flagged; null without any.</param>
/// <param name="Specificity">The share of the others who are not; null without any.</param>
/// <param name="PositivePredictiveValue">The share of the flagged who are positive; null when nobody is flagged.</param>
/// <param name="NegativePredictiveValue">The share of the rest who are not positive; null when all are flagged.</param>
/// <param name="NetBenefit">True positives a patient, less false ones weighed by the threshold's odds; acting on nobody has 0.</param>
/// <param name="NetBenefitOfAll">The same of acting on everybody.</param>
public readonly record struct DecisionPoint(
    double Threshold,
    int Flagged,
    double? Sensitivity,
    double? Specificity,
    double? PositivePredictiveValue,
    double? NegativePredictiveValue,
    double NetBenefit,
    double NetBenefitOfAll);

/// <summary>Predictions as a rule for acting.</summary>
public static class DecisionCurve
{
    /// <summary>The figures at one threshold.</summary>
    /// <param name="probabilities">Predicted probabilities, at least one.</param>
    /// <param name="positive">The outcomes, as many.</param>
    /// <param name="threshold">Between 0 and 1, both excluded.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there are no patients.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The threshold is not between 0 and 1.</exception>
    public static DecisionPoint At(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> positive, double threshold)
    {
        Lengths.MustBeEqual(probabilities.Length, positive.Length);
        if (!(threshold > 0 && threshold < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "A threshold lies between 0 and 1.");
        }

        if (probabilities.IsEmpty)
        {
            throw new ArgumentException("There are no patients to decide about.", nameof(probabilities));
        }

        int right = 0, vain = 0, missed = 0, spared = 0;
        for (int i = 0; i < probabilities.Length; i++)
        {
            switch (probabilities[i] >= (float)threshold, positive[i])
            {
                case (true, true):
                    right++;
                    break;
                case (true, false):
                    vain++;
                    break;
                case (false, true):
                    missed++;
                    break;
                default:
                    spared++;
                    break;
            }
        }

        double odds = threshold / (1 - threshold);
        double count = probabilities.Length;
        return new DecisionPoint(
            threshold, right + vain, Share(right, right + missed), Share(spared, spared + vain), Share(right, right + vain), Share(spared, spared + missed),
            (right / count) - (vain / count * odds), ((right + missed) / count) - ((vain + spared) / count * odds));
    }

    private static double? Share(int part, int whole) => whole == 0 ? null : (double)part / whole;
}
