namespace VerticalFL.Training.Metrics;

/// <summary>How pure the rows with the highest scores are; more telling than the ROC curve where the positive outcome is rare.</summary>
public static class PrecisionRecall
{
    /// <summary>
    /// Average precision: the sum over the distinct scores, from the highest down, of (gain in recall) x (precision), without interpolation,
    /// as scikit-learn's average_precision_score. Without skill it equals the share of positives; null when no row is positive.
    /// </summary>
    /// <param name="scores">Any finite numbers; larger means more likely positive.</param>
    /// <param name="positive">The outcomes, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double? AveragePrecision(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive)
    {
        Lengths.MustBeEqual(scores.Length, positive.Length);
        float[] keys = new float[scores.Length];
        bool[] outcomes = positive.ToArray();
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = -scores[i];
        }

        Array.Sort(keys, outcomes);
        long hits = 0;
        double sum = 0;
        for (int start = 0; start < keys.Length;)
        {
            int end = start;
            long tied = 0;
            for (; end < keys.Length && keys[end] == keys[start]; end++)
            {
                tied += outcomes[end] ? 1 : 0;
            }

            hits += tied;
            sum += tied * ((double)hits / end);
            start = end;
        }

        return hits == 0 ? null : sum / hits;
    }
}
