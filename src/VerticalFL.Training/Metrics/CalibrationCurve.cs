namespace VerticalFL.Training.Metrics;

/// <summary>One bin of a calibration curve.</summary>
/// <param name="Rows">Rows in the bin.</param>
/// <param name="MeanPredicted">Their mean predicted probability.</param>
/// <param name="ObservedRate">The share of them with the positive outcome.</param>
public readonly record struct CalibrationBin(int Rows, double MeanPredicted, double ObservedRate);

/// <summary>Whether predicted probabilities mean what they say: rows in bins of equal width over [0, 1].</summary>
public static class CalibrationCurve
{
    /// <summary>The bins that hold rows, in ascending order of probability.</summary>
    /// <param name="probabilities">Probabilities of the positive outcome, in [0, 1].</param>
    /// <param name="positive">The outcomes, as many.</param>
    /// <param name="bins">How many bins of equal width; default 10. A probability on a boundary belongs to the upper bin, 1 to the last.</param>
    public static IReadOnlyList<CalibrationBin> Bins(ReadOnlySpan<float> probabilities, ReadOnlySpan<bool> positive, int bins = 10)
    {
        Lengths.MustBeEqual(probabilities.Length, positive.Length);
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        var rows = new int[bins];
        var positives = new int[bins];
        var sums = new double[bins];
        for (int i = 0; i < positive.Length; i++)
        {
            int bin = Math.Clamp((int)((double)probabilities[i] * bins), 0, bins - 1);
            rows[bin]++;
            positives[bin] += positive[i] ? 1 : 0;
            sums[bin] += probabilities[i];
        }

        return [.. Enumerable.Range(0, bins).Where(b => rows[b] > 0)
            .Select(b => new CalibrationBin(rows[b], sums[b] / rows[b], (double)positives[b] / rows[b]))];
    }
}
