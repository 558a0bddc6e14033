namespace VerticalFL.Training.Metrics;

/// <summary>Measures for predicted numbers, in the outcome's own unit.</summary>
public static class RegressionMetrics
{
    /// <summary>1 - residual sum of squares / total sum of squares; null when all outcomes are equal.</summary>
    public static double? R2(ReadOnlySpan<float> predicted, ReadOnlySpan<float> values)
    {
        Lengths.MustBeEqual(predicted.Length, values.Length);
        double mean = 0;
        foreach (float value in values)
        {
            mean += value;
        }

        mean /= Math.Max(1, values.Length);
        double residual = 0;
        double total = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double error = (double)predicted[i] - values[i];
            double deviation = values[i] - mean;
            residual += error * error;
            total += deviation * deviation;
        }

        return total == 0 ? null : 1 - (residual / total);
    }

    /// <summary>Mean absolute error; null without rows.</summary>
    public static double? MeanAbsoluteError(ReadOnlySpan<float> predicted, ReadOnlySpan<float> values)
    {
        Lengths.MustBeEqual(predicted.Length, values.Length);
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            sum += Math.Abs((double)predicted[i] - values[i]);
        }

        return values.Length == 0 ? null : sum / values.Length;
    }

    /// <summary>Root of the mean squared error; null without rows.</summary>
    public static double? RootMeanSquaredError(ReadOnlySpan<float> predicted, ReadOnlySpan<float> values)
    {
        Lengths.MustBeEqual(predicted.Length, values.Length);
        double sum = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double error = (double)predicted[i] - values[i];
            sum += error * error;
        }

        return values.Length == 0 ? null : Math.Sqrt(sum / values.Length);
    }
}
