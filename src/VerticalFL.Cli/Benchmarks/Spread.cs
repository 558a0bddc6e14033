namespace VerticalFL.Cli.Benchmarks;

/// <summary>The median of several measurements, and how far they lie apart.</summary>
/// <param name="Lowest">The lowest.</param>
/// <param name="Median">The one in the middle; the upper one of two.</param>
/// <param name="Highest">The highest.</param>
internal sealed record Spread(double Lowest, double Median, double Highest)
{
    /// <summary>Of at least one value.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new Spread(sorted[0], sorted[sorted.Length / 2], sorted[^1]);
    }

    public Spread Rounded(int digits) => new(Math.Round(Lowest, digits), Math.Round(Median, digits), Math.Round(Highest, digits));
}
