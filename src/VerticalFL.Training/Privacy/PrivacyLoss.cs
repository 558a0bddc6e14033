// What Gaussian noise costs, in Renyi differential privacy.
// What:        a release with sensitivity S under noise of standard deviation sigma has Renyi divergence at most a rho at every order a > 1,
//              rho = S^2 / (2 sigma^2); losses of several releases add up. (epsilon, delta) follows from the best of the orders below.
// Reference:   Mironov 2017, "Renyi differential privacy", proposition 7 and 1; Canonne, Kamath, Steinke 2020, "The discrete Gaussian for
//              differential privacy", theorem 4 (the discrete Gaussian has the same bound) and proposition 12 (the conversion); the same conversion in
//              Balle et al. 2020, "Hypothesis testing interpretations and Renyi differential privacy", theorem 21.
// Parameters:  replace-one adjacency: sensitivity 2 C for the clipping norm C, so rho = 2 / z^2 for the noise multiplier z = sigma / C.
//              No amplification by sampling or shuffling: every party knows the permutation.
// Adversary:   sees every release; knows every patient but one. protocols/training/privacy.md.
namespace VerticalFL.Training.Privacy;

/// <summary>What releases with Gaussian noise, taken together, tell about one patient. Losses of several releases add up.</summary>
/// <param name="Rho">The slope of the Renyi divergence in its order; 0 for nothing told.</param>
public readonly record struct PrivacyLoss(double Rho)
{
    /// <summary>Orders run from this.</summary>
    public const double SmallestOrder = 1.25;

    /// <summary>Orders run to this.</summary>
    public const double LargestOrder = 512;

    // So many steps of a - 1 on a logarithmic scale that the best of them is within a thousandth of the best order between.
    private const int Orders = 400;

    /// <summary>One release of a patient's clipped contribution.</summary>
    /// <param name="noiseMultiplier">Standard deviation of the noise over the clipping norm, above 0.</param>
    public static PrivacyLoss OfRelease(double noiseMultiplier)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(noiseMultiplier);
        return new(2 / (noiseMultiplier * noiseMultiplier));
    }

    /// <summary>Both losses.</summary>
    public static PrivacyLoss operator +(PrivacyLoss a, PrivacyLoss b) => new(a.Rho + b.Rho);

    /// <summary>The same loss several times: a patient's rows once an epoch, for example.</summary>
    public static PrivacyLoss operator *(PrivacyLoss loss, double times)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        return new(loss.Rho * times);
    }

    /// <inheritdoc cref="operator +(PrivacyLoss, PrivacyLoss)"/>
    public static PrivacyLoss Add(PrivacyLoss left, PrivacyLoss right) => left + right;

    /// <inheritdoc cref="operator *(PrivacyLoss, double)"/>
    public static PrivacyLoss Multiply(PrivacyLoss left, double right) => left * right;

    /// <summary>The smallest epsilon, among those that an order gives, such that the releases are (epsilon, delta) differentially private.</summary>
    /// <param name="delta">Above 0, below 1.</param>
    public double Epsilon(double delta)
    {
        if (delta is not (> 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "Delta is above 0 and below 1.");
        }

        if (Rho == 0)
        {
            return 0;
        }

        double best = double.PositiveInfinity;
        for (int i = 0; i < Orders; i++)
        {
            double a = 1 + ((SmallestOrder - 1) * Math.Pow((LargestOrder - 1) / (SmallestOrder - 1), i / (Orders - 1.0)));
            best = Math.Min(best, (Rho * a) + Math.Log(1 - (1 / a)) - ((Math.Log(delta) + Math.Log(a)) / (a - 1)));
        }

        return Math.Max(best, 0);
    }
}
