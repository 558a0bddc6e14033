// The discrete Gaussian on the whole numbers, sampled exactly.
// What:        P(x) proportional to exp(-x^2 / (2 sigma^2)) for every whole x; no floating-point number is used, so that no rounding changes a probability.
// Reference:   Canonne, Kamath, Steinke 2020, "The discrete Gaussian for differential privacy", algorithms 1 (Bernoulli(exp(-g))), 2 (discrete Laplace) and 3,
//              the last with t = sigma: any t gives the same distribution (proof of theorem 28), and with this one the exponent is (|y| - sigma)^2 / (2 sigma^2).
// Parameters:  sigma a whole number, 1 to 2^52. Numbers below 64 sigma keep every product below 2^127; a larger one has a probability below exp(-60) and
//              needs 60 heads in a row of Bernoulli(exp(-1)).
// Adversary:   learns the sum of value and noise. The time of a draw depends on the noise (rejections, geometric lengths) and not on the value it is added to; a
//              peer sees the time of some thousand draws together, beside that of a forward pass. NOT covered: who can time single draws on this machine (Jin,
//              McMurtry, Rubinstein, Ohrimenko 2022, "Are We There Yet? Timing and Floating-Point Attacks on Differential Privacy Systems").
namespace VerticalFL.Training.Privacy;

/// <summary>Draws from the discrete Gaussian.</summary>
/// <param name="sigma">The parameter, 1 to 2^52; just above the standard deviation's own value from 2 on by less than any double shows.</param>
/// <param name="stream">Where the randomness comes from; the caller's to dispose.</param>
internal sealed class DiscreteGaussian(long sigma, NoiseStream stream)
{
    private readonly UInt128 _sigma = sigma is >= 1 and <= 1L << 52
        ? (UInt128)sigma
        : throw new ArgumentOutOfRangeException(nameof(sigma), sigma, "The parameter is 1 to 2^52.");

    /// <summary>One number.</summary>
    public long Next()
    {
        while (true)
        {
            UInt128 magnitude = Laplace(out bool negative);
            UInt128 off = magnitude > _sigma ? magnitude - _sigma : _sigma - magnitude;
            if (HappensExp(off * off, 2 * _sigma * _sigma))
            {
                return negative ? -(long)magnitude : (long)magnitude;
            }
        }
    }

    // Algorithm 2 with s = 1, t = sigma: P(y) proportional to exp(-|y| / sigma).
    private UInt128 Laplace(out bool negative)
    {
        while (true)
        {
            UInt128 low = stream.Below(_sigma);
            if (!HappensExp(low, _sigma))
            {
                continue;
            }

            UInt128 high = 0;
            while (HappensExpUnit(1, 1))
            {
                high++;
            }

            UInt128 magnitude = low + (_sigma * high);
            negative = (stream.Next() & 1) == 1;
            if (!negative || magnitude != 0)
            {
                return magnitude;
            }
        }
    }

    // Algorithm 1: true with probability exp(-n / d).
    private bool HappensExp(UInt128 n, UInt128 d)
    {
        for (; n > d; n -= d)
        {
            if (!HappensExpUnit(1, 1))
            {
                return false;
            }
        }

        return HappensExpUnit(n, d);
    }

    // The same for n <= d.
    private bool HappensExpUnit(UInt128 n, UInt128 d)
    {
        uint k = 1;
        while (stream.Below(d * k) < n)
        {
            k++;
        }

        return k % 2 == 1;
    }
}
