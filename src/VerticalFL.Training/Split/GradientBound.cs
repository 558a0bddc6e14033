namespace VerticalFL.Training.Split;

/// <summary>
/// What a feature party lets the label party do to its weights: no row's gradient at the cut may be longer than <see cref="MaxRowNorm"/>; longer
/// ones are shortened to it. This bounds feature-space hijacking by chosen gradients (Pasquini et al. 2021, "Unleashing the Tiger"); it does not
/// prevent it.
/// </summary>
internal static class GradientBound
{
    /// <summary>
    /// The longest gradient of one row, in the L2 norm. Losses are means over a batch, so that an honest row's gradient is about the weights' norm
    /// divided by the batch size: far below 1.
    /// </summary>
    public const double MaxRowNorm = 1;

    /// <summary>Shortens rows in place.</summary>
    /// <param name="gradient">Rows x width, finite.</param>
    /// <param name="width">The width of the cut.</param>
    /// <returns>How many rows were shortened.</returns>
    public static int Apply(Span<float> gradient, int width)
    {
        int shortened = 0;
        for (int start = 0; start < gradient.Length; start += width)
        {
            Span<float> row = gradient.Slice(start, width);
            double square = 0;
            foreach (float g in row)
            {
                square += (double)g * g;
            }

            if (square > MaxRowNorm * MaxRowNorm)
            {
                double factor = MaxRowNorm / Math.Sqrt(square);
                shortened++;
                for (int i = 0; i < row.Length; i++)
                {
                    row[i] = (float)(row[i] * factor);
                }
            }
        }

        return shortened;
    }
}
