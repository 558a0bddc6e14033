using VerticalFL.Training.Privacy;
using Xunit;

namespace VerticalFL.Training.Tests.Privacy;

public sealed class DiscreteGaussianTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(7)]
    public void Numbers_come_as_often_as_the_exact_probabilities_say(long sigma)
    {
        const int Draws = 200_000;
        using NoiseStream stream = Stream(1);
        var noise = new DiscreteGaussian(sigma, stream);
        var counts = new Dictionary<long, int>();
        for (int i = 0; i < Draws; i++)
        {
            long drawn = noise.Next();
            counts[drawn] = counts.GetValueOrDefault(drawn) + 1;
        }

        double total = 0;
        for (long x = -60 * sigma; x <= 60 * sigma; x++)
        {
            total += Math.Exp(-x * x / (2.0 * sigma * sigma));
        }

        // Pearson's statistic over the cells that are expected 20 times or more, the tails together in two more.
        double statistic = 0;
        int cells = 0;
        long edge = 0;
        while (Expected(edge + 1) >= 20)
        {
            edge++;
        }

        for (long x = -edge; x <= edge; x++)
        {
            double expected = Expected(x);
            statistic += Math.Pow(counts.GetValueOrDefault(x) - expected, 2) / expected;
            cells++;
        }

        // Mean cells - 1, standard deviation sqrt(2 cells): five of them; the draws are fixed by the key, so that this cannot fail by chance.
        Assert.InRange(statistic, 0, cells + (5 * Math.Sqrt(2 * cells)));
        int outside = counts.Where(c => Math.Abs(c.Key) > edge).Sum(c => c.Value);
        Assert.InRange(outside, 0, (3 * (Draws - Enumerable.Range((int)-edge, (int)(2 * edge) + 1).Sum(x => Expected(x)))) + 20);

        double Expected(long x) => Draws * Math.Exp(-x * x / (2.0 * sigma * sigma)) / total;
    }

    [Theory]
    [InlineData(1L << 24)]
    [InlineData(1L << 41)]
    [InlineData(1L << 52)]
    public void Large_parameters_give_the_normal_distributions_moments(long sigma)
    {
        const int Draws = 40_000;
        using NoiseStream stream = Stream(2);
        var noise = new DiscreteGaussian(sigma, stream);
        double[] drawn = [.. Enumerable.Range(0, Draws).Select(_ => noise.Next() / (double)sigma)];

        Assert.Equal(0, drawn.Average(), 5 / Math.Sqrt(Draws));
        Assert.Equal(1, drawn.Average(x => x * x), 5 * Math.Sqrt(2.0 / Draws));
        Assert.Equal(0, drawn.Average(x => x * x * x), 5 * Math.Sqrt(15.0 / Draws));
        Assert.Equal(3, drawn.Average(x => x * x * x * x), 5 * Math.Sqrt(96.0 / Draws));
        Assert.InRange(drawn.Count(x => Math.Abs(x) > 1.959964) / (double)Draws, 0.045, 0.055);
    }

    [Fact]
    public void Below_is_uniform_also_across_64_bits_and_never_reaches_its_bound()
    {
        using NoiseStream stream = Stream(3);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
        {
            counts[(int)stream.Below(6)]++;
        }

        Assert.All(counts, c => Assert.InRange(c, 9_500, 10_500));
        UInt128 bound = (UInt128)3 << 100;
        int third = 0;
        for (int i = 0; i < 30_000; i++)
        {
            UInt128 drawn = stream.Below(bound);
            Assert.True(drawn < bound);
            third += drawn < (UInt128)1 << 100 ? 1 : 0;
        }

        Assert.InRange(third, 9_500, 10_500);
        Assert.Equal(UInt128.Zero, stream.Below(1));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData((1L << 52) + 1)]
    public void A_parameter_that_would_overflow_is_refused(long sigma)
    {
        using NoiseStream stream = Stream(4);
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiscreteGaussian(sigma, stream));
    }

    private static NoiseStream Stream(byte key) => new([.. Enumerable.Repeat(key, 32)]);
}
