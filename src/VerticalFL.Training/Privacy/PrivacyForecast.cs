namespace VerticalFL.Training.Privacy;

/// <summary>
/// What noise is likely to cost, told before a run with differential privacy begins: not from the run's own data, of which nothing may be told, but from what
/// the same noise left of the public study support2 (samples/studies/README.md). Another study may fare better or worse.
/// </summary>
public static class PrivacyForecast
{
    /// <summary>support2's test AUC without noise.</summary>
    public const double ClearAuc = 0.826;

    /// <summary>What its label party reaches alone, with the same columns and as few epochs.</summary>
    public const double AloneAuc = 0.78;

    // Noise on a row over the clipping norm, and the test AUC that it left; linear model, three epochs, one run each.
    private static readonly (double Noise, double Auc)[] Measured = [(0.105, 0.797), (0.411, 0.773), (0.966, 0.710), (2.333, 0.683), (6.727, 0.71)];

    /// <summary>The test AUC that support2 kept under this noise: interpolated in its logarithm, the nearest measured beyond the ends.</summary>
    /// <param name="rowNoise">Standard deviation of the noise on a released row over the clipping norm, above 0.</param>
    public static double Auc(double rowNoise)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rowNoise);
        if (rowNoise <= Measured[0].Noise)
        {
            return Measured[0].Auc;
        }

        for (int i = 1; i < Measured.Length; i++)
        {
            (double from, double low) = Measured[i - 1];
            (double to, double high) = Measured[i];
            if (rowNoise <= to)
            {
                return low + ((high - low) * Math.Log(rowNoise / from) / Math.Log(to / from));
            }
        }

        return Measured[^1].Auc;
    }
}
