namespace VerticalFL.Training.Privacy;

/// <summary>Shortens rows to a norm, exactly so on the lattice on which noise is added, and takes gradients back through the shortening.</summary>
/// <param name="Width">Values in a row.</param>
/// <param name="Norm">The longest row, in the L2 norm.</param>
internal readonly record struct RowClip(int Width, double Norm)
{
    /// <summary>Lattice points per unit: 2^24.</summary>
    public const double Scale = 1 << 24;

    // Above the rounding of a norm and a product over at most 2^10 values in doubles, by far: no row is longer than Norm for it.
    private const double Slack = 1 - (1.0 / (1L << 40));

    /// <summary>
    /// Rows on the lattice. Numbers are rounded towards zero, which makes no row longer: the norm of each encoded row is at most <see cref="Norm"/> times
    /// <see cref="Scale"/>, whatever the rounding.
    /// </summary>
    /// <param name="rows">Finite values, row by row.</param>
    /// <param name="lattice">As many whole numbers.</param>
    /// <exception cref="ArgumentException">A value is NaN or infinite, or the lengths do not fit.</exception>
    public void Encode(ReadOnlySpan<float> rows, Span<long> lattice)
    {
        if (rows.Length != lattice.Length || rows.Length % Width != 0)
        {
            throw new ArgumentException($"{rows.Length} values in rows of {Width} do not fit into {lattice.Length}.");
        }

        for (int start = 0; start < rows.Length; start += Width)
        {
            ReadOnlySpan<float> row = rows.Slice(start, Width);
            double norm = NormOf(row);
            if (!double.IsFinite(norm))
            {
                throw SecureAggregation.RingSum.NotFinite();
            }

            double factor = Scale * (norm > Norm * Slack ? Norm * Slack / norm : 1);
            for (int i = 0; i < Width; i++)
            {
                lattice[start + i] = (long)(row[i] * factor);
            }
        }
    }

    /// <summary>
    /// The gradient with respect to the rows, from that with respect to the shortened ones, in place: for a row x longer than the norm c it is
    /// c / |x| (g - x (x g) / |x|^2).
    /// </summary>
    public void Backward(ReadOnlySpan<float> rows, Span<float> gradient)
    {
        for (int start = 0; start < gradient.Length; start += Width)
        {
            ReadOnlySpan<float> row = rows.Slice(start, Width);
            Span<float> g = gradient.Slice(start, Width);
            double norm = NormOf(row);
            if (norm <= Norm * Slack)
            {
                continue;
            }

            double along = 0;
            for (int i = 0; i < Width; i++)
            {
                along += (double)row[i] * g[i];
            }

            along /= norm * norm;
            for (int i = 0; i < Width; i++)
            {
                g[i] = (float)(Norm / norm * (g[i] - (along * row[i])));
            }
        }
    }

    private static double NormOf(ReadOnlySpan<float> row)
    {
        double square = 0;
        foreach (float x in row)
        {
            square += (double)x * x;
        }

        return Math.Sqrt(square);
    }
}
