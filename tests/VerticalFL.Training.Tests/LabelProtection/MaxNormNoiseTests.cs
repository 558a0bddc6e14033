using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Metrics;
using Xunit;

namespace VerticalFL.Training.Tests.LabelProtection;

public sealed class MaxNormNoiseTests
{
    [Fact]
    public void Apply_moves_every_row_along_itself_and_leaves_the_longest_alone()
    {
        float[] gradient = [3, 4, 0.3f, -0.4f, 0, 0, 1, 0];
        var noisy = new float[gradient.Length];

        Noise().Apply(0, gradient, 2, [], noisy);

        Assert.Equal(gradient[..2], noisy[..2]);
        Assert.Equal(0, (noisy[2] * gradient[3]) - (noisy[3] * gradient[2]), 1e-5f);
        Assert.Equal([0, 0], noisy[4..6]);
        Assert.Equal(0, noisy[7]);
    }

    [Fact]
    public void Apply_gives_all_rows_the_largest_expected_square_norm()
    {
        MaxNormNoise noise = Noise();
        float[] gradient = [2, 0, 0.5f, 0, 0.1f, 0.2f];
        var noisy = new float[gradient.Length];
        double[] squares = new double[3];
        const int Rounds = 20000;
        for (int round = 0; round < Rounds; round++)
        {
            noise.Apply(round, gradient, 2, [], noisy);
            for (int row = 0; row < 3; row++)
            {
                squares[row] += ((noisy[2 * row] * noisy[2 * row]) + (noisy[(2 * row) + 1] * noisy[(2 * row) + 1])) / Rounds;
            }
        }

        Assert.All(squares, s => Assert.Equal(4, s, 0.15));
    }

    [Fact]
    public void Apply_takes_the_norm_attack_from_certainty_to_near_chance()
    {
        var random = new Random(12);
        bool[] positive = [.. Enumerable.Range(0, 2000).Select(_ => random.Next(10) == 0)];
        float[] gradient = [.. positive.SelectMany(p => (float[])[p ? 0.9f : 0.1f, p ? -0.7f : 0.05f])];
        var noisy = new float[gradient.Length];

        Noise().Apply(0, gradient, 2, [], noisy);

        Assert.Equal(1, RocCurve.Auc(Norms(gradient), positive));

        // The longest rows keep their norm, so that the attack does not fall to one half.
        Assert.InRange(RocCurve.Auc(Norms(noisy), positive)!.Value, 0.3, 0.75);
    }

    [Fact]
    public void Apply_repeats_a_step_bit_for_bit_and_never_covers_two_gradients_with_one_draw()
    {
        float[] gradient = [3, 0, 1, 0];
        float[] other = [3, 0, 0.5f, 0];
        float[] Noisy(MaxNormNoise noise, long step, float[] of)
        {
            var noisy = new float[of.Length];
            noise.Apply(step, of, 2, [], noisy);
            return noisy;
        }

        // The draw itself: what the second row was multiplied by, without the scale that the norms give.
        static double Draw(float[] noisy, float[] of) => ((noisy[2] / of[2]) - 1) / Math.Sqrt((9 / (of[2] * of[2])) - 1);
        float[] first = Noisy(Noise(1), 7, gradient);

        Assert.Equal(first, Noisy(Noise(1), 7, gradient));
        Assert.NotEqual(first, Noisy(Noise(1), 8, gradient));
        Assert.NotEqual(first, Noisy(Noise(2), 7, gradient));
        Assert.NotEqual(Draw(first, gradient), Draw(Noisy(Noise(1), 7, other), other), 1e-3);
    }

    [Fact]
    public void Seed_of_another_size_throws() => Assert.Throws<ArgumentException>(() => new NoiseSeed(new byte[31]));

    [Fact]
    public void Apply_lengths_that_do_not_fit_throw()
    {
        Assert.Throws<ArgumentException>(() => Noise().Apply(0, new float[5], 2, [], new float[5]));
        Assert.Throws<ArgumentException>(() => Noise().Apply(0, new float[4], 2, [], new float[2]));
    }

    private static MaxNormNoise Noise(byte seed = 1) => new(new NoiseSeed([.. Enumerable.Repeat(seed, NoiseSeed.Size)]));

    private static float[] Norms(float[] gradient) => [.. gradient.Chunk(2).Select(g => (g[0] * g[0]) + (g[1] * g[1]))];
}
