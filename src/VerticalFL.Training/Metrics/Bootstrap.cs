// Percentile bootstrap over patients.
// What:        rows are drawn with replacement, as many as there are; the words come from AES-256-CTR as in the public order, so that a report repeats.
// Reference:   Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13; quantiles by linear interpolation (Hyndman and Fan
//              1996, type 7).
using VerticalFL.Training.Split;

namespace VerticalFL.Training.Metrics;

/// <summary>How far a figure would move with other patients of the same kind.</summary>
public static class Bootstrap
{
    /// <summary>The share of resamples between the ends of an interval.</summary>
    public const double Level = 0.95;

    // A measure that many resamples do not have (a rare class is missing) has no interval that means anything.
    private const double SmallestDefinedShare = 0.95;

    /// <summary>Draws rows with replacement.</summary>
    /// <param name="seed">The study's public seed.</param>
    /// <param name="number">The number of the resample, from 0.</param>
    /// <param name="rows">Filled with row numbers from 0 to its length - 1.</param>
    public static void Draw(int seed, int number, Span<int> rows) => PublicOrder.Draw(PublicOrder.Resamples, seed, number, rows);

    /// <summary>The interval that holds the middle 95 % of a measure's values; null when more than 5 % of the resamples have none.</summary>
    /// <param name="values">The measure on the resamples that have it, in any order.</param>
    /// <param name="resamples">How many resamples there were.</param>
    public static (double Low, double High)? Interval(IReadOnlyCollection<double> values, int resamples)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0 || values.Count < SmallestDefinedShare * resamples)
        {
            return null;
        }

        double[] sorted = [.. values.Order()];
        return (Quantile(sorted, (1 - Level) / 2), Quantile(sorted, (1 + Level) / 2));
    }

    private static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }
}
