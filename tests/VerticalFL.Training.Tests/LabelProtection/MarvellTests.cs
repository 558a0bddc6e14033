using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Metrics;
using Xunit;

namespace VerticalFL.Training.Tests.LabelProtection;

public sealed class MarvellTests
{
    [Theory]
    [InlineData(0.55)]
    [InlineData(0.6)]
    [InlineData(0.75)]
    [InlineData(0.95)]
    public void SumKlFor_turns_the_theorems_bound_round(double auc)
    {
        double x = Math.Sqrt(MarvellCovariance.SumKlFor(auc));

        Assert.Equal(auc, 0.5 + (x / 2) - (x * x / 8), 1e-12);
    }

    [Fact]
    public void Solve_holds_the_bound_and_no_other_noise_that_does_is_cheaper()
    {
        var random = new Random(3);
        for (int trial = 0; trial < 60; trial++)
        {
            double u = trial % 7 == 0 ? 0 : random.NextDouble();
            double v = trial % 5 == 0 ? u : random.NextDouble() * 3;
            double g = random.NextDouble() * 10;
            int d = random.Next(1, 40);
            double p = 0.05 + (0.9 * random.NextDouble());
            double bound = 0.001 + (random.NextDouble() * 0.8);

            MarvellCovariance noise = MarvellCovariance.Solve(u, v, g, d, p, bound);

            Assert.InRange(SumKl(noise, u, v, g, d), 0, bound * (1 + 1e-6));
            Assert.True(noise.Across0 >= -1e-12 && noise.Across1 >= -1e-12);
            double cost = Cost(noise, d, p);
            double scale = 3 * (noise.Along0 + noise.Along1 + u + v + 1e-9);
            for (int other = 0; other < 3000; other++)
            {
                // Any four variances, near the answer and far from it, made just large enough along the difference.
                double near = other % 2 == 0 ? 0.2 : 1;
                double Around(double of) => Math.Max(0, of + (near * scale * (random.NextDouble() - 0.5) / 3));
                var guess = new MarvellCovariance(Around(noise.Along0), Around(noise.Across0), Around(noise.Along1), Around(noise.Across1));
                if (SumKl(guess, u, v, g, d) <= bound)
                {
                    Assert.True(Cost(guess, d, p) >= (cost * 0.995) - 1e-6, $"trial {trial}: {guess} costs {Cost(guess, d, p)}, the answer {noise} {cost}");
                }
            }
        }
    }

    [Fact]
    public void Apply_takes_attacks_on_one_batch_below_the_bound()
    {
        const int Width = 8;
        var random = new Random(5);
        float[] outcomes = [.. Enumerable.Range(0, 4000).Select(_ => random.NextDouble() < 0.25 ? 1f : 0f)];
        bool[] positive = [.. outcomes.Select(o => o == 1)];
        float[] gradient = [.. outcomes.SelectMany(o => Enumerable.Range(0, Width).Select(k => (float)((o == 1 ? 0.3 : -0.1) * (k + 1) * (0.5 + random.NextDouble()))))];
        var noisy = new float[gradient.Length];

        new MarvellNoise(Seed(), 0.6).Apply(3, gradient, Width, outcomes, noisy);

        // Both sides of the sampling error: not above the bound, and not drowned in more noise than it needs.
        double direction = RocCurve.Auc([.. noisy.Chunk(Width).Select(r => r.Select((x, k) => x * (k + 1)).Sum())], positive)!.Value;
        Assert.InRange(direction, 0.54, 0.62);
        Assert.InRange(RocCurve.Auc([.. noisy.Chunk(Width).Select(r => r.Sum(x => x * x))], positive)!.Value, 0.38, 0.62);
        Assert.Equal(1, RocCurve.Auc([.. gradient.Chunk(Width).Select(r => r[0])], positive));
    }

    [Fact]
    public void Apply_keeps_the_mean_of_many_draws_at_the_gradient()
    {
        float[] outcomes = [0, 0, 1, 0];
        float[] gradient = [-1, 0.5f, -0.5f, 0.25f, 3, -1, 0.1f, 0.2f];
        var noisy = new float[gradient.Length];
        double[] means = new double[gradient.Length];
        var noise = new MarvellNoise(Seed(), 0.7);
        const int Rounds = 30000;
        for (int round = 0; round < Rounds; round++)
        {
            noise.Apply(round, gradient, 2, outcomes, noisy);
            for (int i = 0; i < means.Length; i++)
            {
                means[i] += noisy[i] / Rounds;
            }
        }

        Assert.All(Enumerable.Range(0, means.Length), i => Assert.Equal(gradient[i], means[i], 0.15));
    }

    [Fact]
    public void Apply_repeats_a_step_bit_for_bit()
    {
        float[] outcomes = [0, 1, 0];
        float[] gradient = [-1, 0.5f, 3, -1, 0.1f, 0.2f];
        float[] Noisy(byte seed, long step)
        {
            var noisy = new float[gradient.Length];
            new MarvellNoise(Seed(seed), 0.6).Apply(step, gradient, 2, outcomes, noisy);
            return noisy;
        }

        Assert.Equal(Noisy(1, 7), Noisy(1, 7));
        Assert.NotEqual(Noisy(1, 7), Noisy(1, 8));
        Assert.NotEqual(Noisy(1, 7), Noisy(2, 7));
    }

    [Fact]
    public void Apply_gives_a_batch_of_one_class_equal_norms_instead()
    {
        float[] gradient = [3, 4, 0.3f, -0.4f];
        var noisy = new float[4];
        var expected = new float[4];
        new MarvellNoise(Seed(), 0.6).Apply(0, gradient, 2, [1, 1], noisy);
        new MaxNormNoise(Seed()).Apply(0, gradient, 2, [1, 1], expected);

        Assert.Equal(expected, noisy);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void A_bound_that_is_none_throws(double auc) => Assert.Throws<ArgumentOutOfRangeException>(() => new MarvellNoise(Seed(), auc));

    private static NoiseSeed Seed(byte seed = 1) => new([.. Enumerable.Repeat(seed, NoiseSeed.Size)]);

    private static double Cost(MarvellCovariance n, int d, double p) =>
        ((1 - p) * (n.Along0 + ((d - 1) * n.Across0))) + (p * (n.Along1 + ((d - 1) * n.Across1)));

    private static double SumKl(MarvellCovariance n, double u, double v, double g, int d)
    {
        (double a0, double a1, double b0, double b1) = (n.Along0 + u, n.Along1 + v, n.Across0 + u, n.Across1 + v);
        double across = d == 1 || (b0 == 0 && b1 == 0) ? 0 : (d - 1) * ((b0 / b1) + (b1 / b0) - 2);
        return (across + (a0 / a1) + (a1 / a0) - 2 + (g * ((1 / a0) + (1 / a1)))) / 2;
    }
}
