using VerticalFL.Simulation.Synthetic;
using Xunit;

namespace VerticalFL.Simulation.Tests.Synthetic;

public sealed class SplitMix64Tests
{
    /// <summary>The outputs that Vigna's reference program splitmix64.c gives for the state 1234567.</summary>
    [Fact]
    public void Next_gives_the_reference_programs_numbers()
    {
        var random = new SplitMix64(1234567);

        ulong[] expected = [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821];
        Assert.All(expected, e => Assert.Equal(e, random.Next()));
    }

    [Fact]
    public void NextNormal_has_mean_0_and_variance_1()
    {
        var random = new SplitMix64(3);
        double[] values = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextNormal())];

        Assert.Equal(0, values.Average(), 0.02);
        Assert.Equal(1, values.Average(v => v * v), 0.02);
    }

    [Fact]
    public void For_gives_each_key_its_own_numbers()
    {
        ulong[] first = [.. Enumerable.Range(0, 1000).Select(i => SplitMix64.For(7, 1, i).Next()), SplitMix64.For(7, 1).Next(), SplitMix64.For(1, 7).Next()];

        Assert.Equal(first.Length, first.Distinct().Count());
    }

    [Fact]
    public void Shuffle_reaches_every_order_about_as_often()
    {
        var random = new SplitMix64(5);
        Dictionary<string, int> counts = [];
        for (int i = 0; i < 60_000; i++)
        {
            int[] values = [0, 1, 2];
            random.Shuffle(values);
            string key = string.Concat(values);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, c => Assert.InRange(c, 9_500, 10_500));
    }
}
