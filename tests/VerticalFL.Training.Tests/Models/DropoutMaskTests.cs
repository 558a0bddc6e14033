using VerticalFL.Training.Models;
using Xunit;

namespace VerticalFL.Training.Tests.Models;

public sealed unsafe class DropoutMaskTests
{
    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void The_share_that_falls_away_is_the_rate_and_the_mean_is_kept(double rate)
    {
        const int Count = 200_001;
        float[] mask = Fill(0, "layer", rate, Count, 1);
        double dropped = mask.Count(x => x == 0) / (double)Count;
        double deviation = Math.Sqrt(rate * (1 - rate) / Count);
        Assert.InRange(dropped, rate - (5 * deviation), rate + (5 * deviation));
        Assert.All(mask, x => Assert.True(x == 0 || Math.Abs(x - (1 / (1 - rate))) < 1e-3));
    }

    [Fact]
    public void A_mask_depends_on_seed_layer_and_step_and_on_nothing_else()
    {
        float[] mask = Fill(0, "a", 0.5, 10_001, 7);
        Assert.Equal(mask, Fill(0, "a", 0.5, 10_001, 7));
        Assert.Equal(mask.AsSpan(0, 77).ToArray(), Fill(0, "a", 0.5, 77, 7));
        foreach (float[] other in (float[][])[Fill(1, "a", 0.5, 10_001, 7), Fill(0, "b", 0.5, 10_001, 7), Fill(0, "a", 0.5, 10_001, 8)])
        {
            double agreement = mask.Zip(other).Count(pair => pair.First == pair.Second) / 10_001.0;
            Assert.InRange(agreement, 0.47, 0.53);
        }
    }

    private static float[] Fill(byte seed, string layer, double rate, int count, long step)
    {
        byte[] key = new byte[32];
        key[0] = seed;
        using var generator = new DropoutMask(key, layer, rate);
        float[] mask = new float[count];
        fixed (float* p = mask)
        {
            generator.Fill(p, count, step);
        }

        return mask;
    }
}
