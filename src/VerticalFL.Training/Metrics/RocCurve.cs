// Receiver operating characteristic and the area under it.
// What:       AUC = (number of positive-negative pairs ranked rightly + half of the tied pairs) / (all pairs), counted in integers.
// Reference:  Hanley and McNeil 1982, "The meaning and use of the area under a ROC curve"; the Mann-Whitney U statistic.
namespace VerticalFL.Training.Metrics;

/// <summary>One point of a ROC curve.</summary>
/// <param name="FalsePositiveRate">Share of the negatives with a score of at least <paramref name="Threshold"/>.</param>
/// <param name="TruePositiveRate">Share of the positives with such a score.</param>
/// <param name="Threshold">The score; positive infinity at the origin.</param>
public readonly record struct RocPoint(double FalsePositiveRate, double TruePositiveRate, double Threshold);

/// <summary>The ROC curve of a score against a two-valued outcome, and the area under it. Ties are exact.</summary>
public static class RocCurve
{
    /// <summary>The area under the curve; null when one of the outcomes does not occur.</summary>
    /// <param name="scores">Any finite numbers; larger means more likely positive.</param>
    /// <param name="positive">The outcomes, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static double? Auc(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive)
    {
        int[] order = Descending(scores, positive);
        long positives = 0;
        long negatives = 0;
        long twiceWins = 0;
        for (int start = 0; start < order.Length;)
        {
            int end = TieEnd(scores, order, start, positive, out int tiedPositives);
            long tiedNegatives = end - start - tiedPositives;
            twiceWins += tiedNegatives * ((2 * positives) + tiedPositives);
            positives += tiedPositives;
            negatives += tiedNegatives;
            start = end;
        }

        return positives == 0 || negatives == 0 ? null : twiceWins / (2.0 * positives * negatives);
    }

    /// <summary>The curve's corners from (0, 0) to (1, 1), one per distinct score; empty when one of the outcomes does not occur.</summary>
    /// <param name="scores">Any finite numbers; larger means more likely positive.</param>
    /// <param name="positive">The outcomes, as many.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static IReadOnlyList<RocPoint> Points(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive)
    {
        int[] order = Descending(scores, positive);
        long allPositives = positive.Count(true);
        long allNegatives = positive.Length - allPositives;
        if (allPositives == 0 || allNegatives == 0)
        {
            return [];
        }

        var points = new List<RocPoint> { new(0, 0, double.PositiveInfinity) };
        long positives = 0;
        long negatives = 0;
        for (int start = 0; start < order.Length;)
        {
            int end = TieEnd(scores, order, start, positive, out int tiedPositives);
            positives += tiedPositives;
            negatives += end - start - tiedPositives;
            points.Add(new((double)negatives / allNegatives, (double)positives / allPositives, scores[order[start]]));
            start = end;
        }

        return points;
    }

    private static int[] Descending(ReadOnlySpan<float> scores, ReadOnlySpan<bool> positive)
    {
        Lengths.MustBeEqual(scores.Length, positive.Length);
        var keys = new float[scores.Length];
        var order = new int[scores.Length];
        for (int i = 0; i < keys.Length; i++)
        {
            keys[i] = -scores[i];
            order[i] = i;
        }

        Array.Sort(keys, order);
        return order;
    }

    private static int TieEnd(ReadOnlySpan<float> scores, int[] order, int start, ReadOnlySpan<bool> positive, out int tiedPositives)
    {
        tiedPositives = 0;
        int end = start;
        for (; end < order.Length && scores[order[end]] == scores[order[start]]; end++)
        {
            tiedPositives += positive[order[end]] ? 1 : 0;
        }

        return end;
    }
}
