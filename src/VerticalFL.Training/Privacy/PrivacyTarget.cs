using System.Globalization;

namespace VerticalFL.Training.Privacy;

/// <summary>The most that training may tell about one patient.</summary>
public sealed record PrivacyTarget
{
    /// <summary>Noise of so many clipping norms leaves nothing to learn; more is not drawn.</summary>
    public const double LargestNoiseMultiplier = 10_000;

    /// <summary>States a target.</summary>
    /// <param name="epsilon">Above 0.</param>
    /// <param name="delta">Above 0, at most <see cref="LargestDelta"/>.</param>
    /// <param name="patients">Patients in the cohort.</param>
    /// <exception cref="ArgumentException">A number is out of its range; the message says which and what is allowed.</exception>
    public PrivacyTarget(double epsilon, double delta, int patients)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patients, 1);
        if (!(epsilon > 0 && double.IsFinite(epsilon)))
        {
            throw new ArgumentException(Text($"epsilon is above 0; it is {epsilon}."), nameof(epsilon));
        }

        if (!(delta > 0 && delta <= LargestDelta(patients)))
        {
            throw new ArgumentException(
                Text($"delta is above 0 and at most {LargestDelta(patients):g3} with {patients} patients; it is {delta:g3}."), nameof(delta));
        }

        (Epsilon, Delta) = (epsilon, delta);
    }

    /// <summary>How much more likely, as an exponent of e, anything becomes by one patient.</summary>
    public double Epsilon { get; }

    /// <summary>The probability that <see cref="Epsilon"/> does not bound.</summary>
    public double Delta { get; }

    /// <summary>The largest delta that means something: a tenth of one patient, and never above one in a million.</summary>
    public static double LargestDelta(int patients) => Math.Min(1e-6, 1 / (10.0 * patients));

    /// <summary>The smallest noise that keeps the target, to nine digits and on the safe side.</summary>
    /// <param name="releases">How often a patient's rows are released; releases with other noise count by the inverse square of theirs over this one. At least 1.</param>
    /// <returns>Standard deviation of the noise over the clipping norm.</returns>
    /// <exception cref="InvalidOperationException">No noise keeps the target; the message says the smallest epsilon that can be kept.</exception>
    public double NoiseMultiplier(double releases)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(releases, 1);
        double smallest = EpsilonUnder(LargestNoiseMultiplier, releases);
        if (smallest > Epsilon)
        {
            // Rounded up, so that the number in the sentence can be kept.
            throw new InvalidOperationException(Text(
                $"An epsilon of {Epsilon:g4} cannot be kept over {releases:0.##} releases at a delta of {Delta:g3}; the smallest that can is {Math.Ceiling(smallest * 10_000) / 10_000}."));
        }

        double low = 0;
        double high = LargestNoiseMultiplier;
        while (high - low > high * 1e-9)
        {
            double middle = (low + high) / 2;
            (low, high) = EpsilonUnder(middle, releases) > Epsilon ? (middle, high) : (low, middle);
        }

        return high;
    }

    private double EpsilonUnder(double noiseMultiplier, double releases) => (PrivacyLoss.OfRelease(noiseMultiplier) * releases).Epsilon(Delta);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
