namespace VerticalFL.Agent.Reports;

/// <summary>
/// Makes curves small enough for a report. Besides size this is for privacy: a ROC curve with a step per patient lists the outcomes in the
/// order of the predictions, and one dot per patient is that patient's outcome.
/// </summary>
public static class CurvePoints
{
    // Two hundred steps are finer than a screen shows: between two kept points neither rate moves by more than a hundredth unseen.
    private const double SmallestStep = 2.0 / 200;
    private const int MostEpochs = 256;

    /// <summary>At most some 200 points of a ROC curve, with its first and its last.</summary>
    /// <param name="points">The curve from (0, 0) to (1, 1); both rates never fall.</param>
    public static IReadOnlyList<RocCurvePoint> Thin(IEnumerable<RocCurvePoint> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        List<RocCurvePoint> kept = [];
        RocCurvePoint? last = null;
        foreach (RocCurvePoint point in points)
        {
            if (kept.Count == 0 || Progress(point) >= Progress(kept[^1]) + SmallestStep)
            {
                kept.Add(point);
            }

            last = point;
        }

        if (last is not null && last != kept[^1])
        {
            kept.Add(last);
        }

        return kept;
    }

    /// <summary>At most some 256 epochs of a learning curve, evenly apart, with its first, its last and the one of the lowest validation loss.</summary>
    public static IReadOnlyList<LossPoint> ThinLosses(IReadOnlyList<LossPoint> losses)
    {
        ArgumentNullException.ThrowIfNull(losses);
        int apart = (losses.Count + MostEpochs - 1) / MostEpochs;
        LossPoint? best = losses.Where(l => l.Validation is not null).MinBy(l => l.Validation);
        return apart <= 1 ? losses : [.. losses.Where((l, i) => i % apart == 0 || i == losses.Count - 1 || l == best)];
    }

    /// <summary>Rows in groups of equal size by prediction, with the means of prediction and outcome: predicted against true.</summary>
    /// <param name="predicted">Predictions in the outcome's unit.</param>
    /// <param name="observed">Outcomes, as many.</param>
    /// <param name="groups">How many groups; fewer when there are fewer rows. Default: 10.</param>
    /// <exception cref="ArgumentException">The lengths differ, or there is no group.</exception>
    public static IReadOnlyList<CalibrationGroup> Groups(ReadOnlySpan<float> predicted, ReadOnlySpan<float> observed, int groups = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(groups);
        if (predicted.Length != observed.Length)
        {
            throw new ArgumentException($"There are {predicted.Length} predictions and {observed.Length} outcomes.", nameof(observed));
        }

        float[] keys = predicted.ToArray();
        float[] values = observed.ToArray();
        Array.Sort(keys, values);
        List<CalibrationGroup> made = [];
        int count = Math.Min(groups, keys.Length);
        for (int g = 0; g < count; g++)
        {
            int from = (int)((long)keys.Length * g / count);
            int to = (int)((long)keys.Length * (g + 1) / count);
            made.Add(new CalibrationGroup(
                to - from, keys[from..to].Average(k => (double)k), values[from..to].Average(v => (double)v)));
        }

        return made;
    }

    private static double Progress(RocCurvePoint point) => point.FalsePositiveRate + point.TruePositiveRate;
}
