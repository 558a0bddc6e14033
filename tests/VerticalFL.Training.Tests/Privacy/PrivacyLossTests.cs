using VerticalFL.Training.Privacy;
using Xunit;

namespace VerticalFL.Training.Tests.Privacy;

public sealed class PrivacyLossTests
{
    /// <summary>
    /// What others publish for Gaussian noise without amplification, as rho: 1 / (2 (sigma / sensitivity)^2). Sources, each read in the project's own
    /// text: OpenDP, docs/source/api/user-guide/combinators/measure-casting.rst (scale 0.5, two deltas); thresholded-noise-mechanisms.rst (scale 1);
    /// compositor-chaining-and-nesting.rst (rho 0.0734 and 0.0146 for epsilon 2); python/src/opendp/mod.py, binary_search (mean of 1000 in [0, 100] under
    /// scale 1, three changes); python/test/test_comb.py (scale 10); python/test/test_meas.py (scale 4);
    /// rust/src/combinators/measure_cast/zCDP_to_approxDP/cdp_delta/test.rs (rho 0.05); dp-accounting,
    /// rdp/rdp_privacy_accountant_test.py, test_compute_epsilon_delta_gaussian (noise multiplier 4.530877117); Google 2022, "Federated learning with formal
    /// differential privacy guarantees" (rho 0.81) and 2024, "Advances in private training for production on-device language models" (its epsilon and delta).
    /// </summary>
    public static TheoryData<string, double, double, double> Published => new()
    {
        { "OpenDP, scale 0.5", 2, 1e-6, 11.688596249354896 },
        { "OpenDP, scale 0.5, smaller delta", 2, 1e-8, 13.3861046488579 },
        { "OpenDP, scale 1", 0.5, 2.801398224505647e-9, 6.3035767282855915 },
        { "OpenDP, composed", 0.0734 + 0.0146, 1e-6, 2 },
        { "OpenDP, scale 4", 1 / 32.0, 1e-3, 0.6880024554878085 },
        { "OpenDP, scale 10", 0.005, 1e-6, 0.42994146883694934 },
        { "OpenDP, mean", 0.005, 1e-8, 0.5235561269546629 },
        { "OpenDP, large delta", 0.05, 8.17727531036956e-2, 0.25 },
        { "dp-accounting", 1 / (2 * 4.530877117 * 4.530877117), 1e-6, 1 },
        { "Gboard, Spanish", 0.81, 1e-10, 8.9 },
    };

    [Theory]
    [MemberData(nameof(Published))]
    public void Epsilon_is_within_one_percent_of_what_others_publish(string source, double rho, double delta, double epsilon)
    {
        double found = new PrivacyLoss(rho).Epsilon(delta);

        Assert.True(Math.Abs(found - epsilon) <= 0.01 * epsilon, $"{source}: {found}, not {epsilon}");
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void Epsilon_is_never_below_the_exact_one_of_a_single_release(double ratio)
    {
        // Balle and Wang 2018, "Improving the Gaussian mechanism", theorem 8, by bisection.
        foreach (double delta in (double[])[1e-4, 1e-6, 1e-9])
        {
            double low = 0;
            double high = 1000;
            for (int i = 0; i < 100; i++)
            {
                double middle = (low + high) / 2;
                double exact = Normal((0.5 / ratio) - (middle * ratio)) - Math.Exp(middle + LogNormal((-0.5 / ratio) - (middle * ratio)));
                (low, high) = exact > delta ? (middle, high) : (low, middle);
            }

            double found = new PrivacyLoss(1 / (2 * ratio * ratio)).Epsilon(delta);
            Assert.InRange(found, high, (high * 1.35) + 0.01);
        }
    }

    [Fact]
    public void A_release_has_twice_the_clipping_norm_as_its_sensitivity_and_losses_add_up()
    {
        Assert.Equal(0.5, PrivacyLoss.OfRelease(2).Rho);
        Assert.Equal((PrivacyLoss.OfRelease(2) * 3).Rho, (PrivacyLoss.OfRelease(2) + PrivacyLoss.OfRelease(2) + PrivacyLoss.OfRelease(2)).Rho, 1e-15);
        Assert.Equal(0, (PrivacyLoss.OfRelease(1) * 0).Epsilon(1e-6));
    }

    [Fact]
    public void Epsilon_grows_with_the_loss_and_with_certainty()
    {
        double before = 0;
        foreach (double rho in (double[])[1e-6, 1e-4, 0.01, 0.1, 1, 10, 100])
        {
            double epsilon = new PrivacyLoss(rho).Epsilon(1e-7);
            Assert.True(epsilon >= before, $"rho {rho}: {epsilon}");
            Assert.True(epsilon < new PrivacyLoss(rho).Epsilon(1e-9), $"rho {rho}");
            before = epsilon;
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(-1e-6)]
    [InlineData(double.NaN)]
    public void A_delta_that_is_no_probability_is_refused(double delta) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new PrivacyLoss(1).Epsilon(delta));

    private static double Normal(double x) => Math.Exp(LogNormal(x));

    /// <summary>The logarithm of the normal distribution function: by its continued fraction (Abramowitz and Stegun 26.2.14) in the tail, else by Simpson's rule.</summary>
    private static double LogNormal(double x)
    {
        if (x < -5)
        {
            double fraction = 0;
            for (int k = 100; k > 0; k--)
            {
                fraction = k / (-x + fraction);
            }

            return (-x * x / 2) - (Math.Log(2 * Math.PI) / 2) - Math.Log(-x + fraction);
        }

        const int Steps = 2000;
        double from = -40;
        double h = (x - from) / Steps;
        double sum = 0;
        for (int i = 0; i <= Steps; i++)
        {
            double t = from + (i * h);
            sum += Math.Exp(-t * t / 2) * (i is 0 or Steps ? 1 : i % 2 == 1 ? 4 : 2);
        }

        return Math.Log(sum * h / 3 / Math.Sqrt(2 * Math.PI));
    }
}
