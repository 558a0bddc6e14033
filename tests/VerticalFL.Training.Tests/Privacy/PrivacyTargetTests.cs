using VerticalFL.Training.Privacy;
using Xunit;

namespace VerticalFL.Training.Tests.Privacy;

public sealed class PrivacyTargetTests
{
    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(1, 60)]
    [InlineData(3, 1000)]
    [InlineData(20, 5)]
    public void The_noise_keeps_the_target_and_a_little_less_does_not(double epsilon, int releases)
    {
        var target = new PrivacyTarget(epsilon, 1e-6, patients: 5000);

        double noise = target.NoiseMultiplier(releases);

        Assert.InRange((PrivacyLoss.OfRelease(noise) * releases).Epsilon(1e-6), epsilon * 0.9999, epsilon);
        Assert.True((PrivacyLoss.OfRelease(noise * 0.9999) * releases).Epsilon(1e-6) > epsilon);
    }

    [Fact]
    public void Noise_for_one_release_is_twice_what_dp_accounting_gives_for_half_the_sensitivity() =>
        Assert.Equal(2 * 4.530877117, new PrivacyTarget(1, 1e-6, 1000).NoiseMultiplier(1), 1e-3);

    [Fact]
    public void A_target_that_no_noise_keeps_is_refused_with_the_smallest_that_can()
    {
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => new PrivacyTarget(0.001, 1e-6, 1000).NoiseMultiplier(60));

        string smallest = refused.Message.Split(' ')[^1].TrimEnd('.');
        double epsilon = double.Parse(smallest, System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(epsilon, 0.001, 0.1);
        Assert.InRange(new PrivacyTarget(epsilon, 1e-6, 1000).NoiseMultiplier(60), 1, PrivacyTarget.LargestNoiseMultiplier);
    }

    [Theory]
    [InlineData(100, 1e-6)]
    [InlineData(100_000, 1e-6)]
    [InlineData(1_000_000, 1e-7)]
    public void Delta_is_at_most_a_tenth_of_a_patient_and_one_in_a_million(int patients, double largest)
    {
        Assert.Equal(largest, PrivacyTarget.LargestDelta(patients), largest * 1e-12);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => new PrivacyTarget(1, largest * 1.01, patients));
        Assert.Contains("at most", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void An_epsilon_that_promises_nothing_is_refused(double epsilon) =>
        Assert.Throws<ArgumentException>(() => new PrivacyTarget(epsilon, 1e-7, 1000));
}
