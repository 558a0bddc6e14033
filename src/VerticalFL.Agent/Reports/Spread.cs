using VerticalFL.Agent.Reports.Page;

namespace VerticalFL.Agent.Reports;

/// <summary>A figure over several runs or folds.</summary>
/// <param name="Mean">The mean.</param>
/// <param name="StandardDeviation">The sample's, with one less in the divisor; 0 for a single one.</param>
/// <param name="Values">Each one's.</param>
public sealed record Spread(double Mean, double StandardDeviation, IReadOnlyList<double> Values)
{
    /// <summary>Of at least one value.</summary>
    public static Spread Of(IReadOnlyList<double> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        double mean = values.Average();
        double square = values.Sum(v => (v - mean) * (v - mean));
        return new Spread(mean, values.Count < 2 ? 0 : Math.Sqrt(square / (values.Count - 1)), values);
    }

    /// <summary>Each metric over several models, by the keys of <see cref="MetricValues"/>; one that some model does not have is left out.</summary>
    /// <param name="models">Whatever has the figures, at least one.</param>
    /// <param name="figure">Reads a model's figure, given how to read it from its metrics.</param>
    public static IReadOnlyDictionary<string, Spread> OfEach<T>(IReadOnlyList<T> models, Func<T, Func<MetricValues, double?>, double?> figure)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(figure);
        var spreads = new Dictionary<string, Spread>();
        foreach (MetricKind kind in MetricKind.All)
        {
            double[] values = [.. models.Select(m => figure(m, kind.Read)).OfType<double>()];
            if (values.Length == models.Count)
            {
                spreads.Add(kind.Key, Of(values));
            }
        }

        return spreads;
    }
}
