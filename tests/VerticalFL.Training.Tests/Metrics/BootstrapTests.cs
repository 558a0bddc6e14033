using VerticalFL.Training.Metrics;
using Xunit;

namespace VerticalFL.Training.Tests.Metrics;

public sealed class BootstrapTests
{
    [Fact]
    public void Draws_repeat_and_differ_by_seed_and_number()
    {
        int[] first = Draw(7, 0, 100);

        Assert.Equal(first, Draw(7, 0, 100));
        Assert.NotEqual(first, Draw(7, 1, 100));
        Assert.NotEqual(first, Draw(8, 0, 100));
    }

    [Fact]
    public void Draws_are_with_replacement_and_reach_every_row_alike()
    {
        const int Rows = 50, Resamples = 4000;
        var hits = new int[Rows];
        int distinct = 0;
        for (int i = 0; i < Resamples; i++)
        {
            int[] drawn = Draw(3, i, Rows);
            distinct += drawn.Distinct().Count();
            foreach (int row in drawn)
            {
                hits[row]++;
            }
        }

        // A row is missing from a resample with probability (1 - 1/n)^n; the hits' chi-square has 49 degrees of freedom (5.5 sigma: 103).
        Assert.Equal(1 - Math.Pow(1 - (1.0 / Rows), Rows), (double)distinct / (Resamples * Rows), 0.005);
        Assert.InRange(hits.Sum(h => (h - Resamples) * (double)(h - Resamples) / Resamples), 10, 103);
    }

    [Fact]
    public void Interval_of_a_mean_is_as_wide_as_theory_says()
    {
        var random = new Random(11);
        double[] values = [.. Enumerable.Range(0, 400).Select(_ => random.NextDouble())];
        var means = new List<double>();
        for (int i = 0; i < 2000; i++)
        {
            means.Add(Draw(1, i, values.Length).Average(r => values[r]));
        }

        (double low, double high) = Bootstrap.Interval(means, 2000)!.Value;

        double error = Math.Sqrt(values.Sum(v => Math.Pow(v - values.Average(), 2))) / values.Length;
        Assert.Equal(2 * 1.96, (high - low) / error, 0.2);
        Assert.InRange(values.Average(), low, high);
    }

    [Fact]
    public void Interval_interpolates_between_values()
    {
        (double low, double high) = Bootstrap.Interval([.. Enumerable.Range(0, 21).Select(i => (double)i)], 21)!.Value;

        Assert.Equal(0.5, low, 1e-12);
        Assert.Equal(19.5, high, 1e-12);
    }

    [Fact]
    public void Interval_of_a_measure_that_many_resamples_lack_is_none()
    {
        Assert.Null(Bootstrap.Interval([.. Enumerable.Repeat(1.0, 94)], 100));
        Assert.NotNull(Bootstrap.Interval([.. Enumerable.Repeat(1.0, 95)], 100));
        Assert.Null(Bootstrap.Interval([], 0));
    }

    private static int[] Draw(int seed, int number, int rows)
    {
        var drawn = new int[rows];
        Bootstrap.Draw(seed, number, drawn);
        return drawn;
    }
}
