// One step of differentially private gradient descent.
// What:        every row's gradient of all weights is shortened to the norm C (of the row's own loss), the rows are summed, and each weight's sum gets discrete Gaussian
//              noise of parameter z C; then divided by the batch's rows. What an optimiser makes of it is a function of it.
// Reference:   Abadi et al. 2016, "Deep Learning with Differential Privacy", algorithm 1; norms without explicit gradients: Li et al. 2022 (ghost clipping).
// Parameters:  sums of B rows of 32-bit numbers are wrong by at most (B - 1) 2^-24 times the sum of the rows' sizes in every weight, so by at most B^2 2^-24 C in norm;
//              scaling a row and rounding to the lattice of C 2^-30 / B add less than 2^-17 C for up to 2^24 weights. Rows are therefore shortened to
//              C / (1 + (B^2 + 64) 2^-23), and what is released moves by at most 2 C when a row is replaced, whatever was rounded.
// Adversary:   whoever sees the weights, or anything calculated from them. As DiscreteGaussian says for the time of a draw.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Privacy;

/// <summary>Clips rows' gradients and adds noise to their sum, before the optimiser's step.</summary>
internal sealed class PrivateStep(PrivacyPlan plan, double norm, NoiseSource source)
{
    private const int LatticeBits = 30;
    private readonly long _sigma = (long)Math.Ceiling(plan.WeightNoise * (1L << LatticeBits));

    /// <summary>Adds the shortened rows' gradients to models that are clipped together, and the noise.</summary>
    /// <param name="step">The training step.</param>
    /// <param name="squares">Each row's squared norm of the gradient of the batch's mean loss, over all weights of all models.</param>
    /// <param name="models">What adds rows times factors, and shows the sums.</param>
    public void Apply(long step, ReadOnlySpan<double> squares, params (Action<float[]> AddRows, Action<GradientVisitor> Visit)[] models)
    {
        int rows = squares.Length;
        float[] factors = FactorsOf(squares, norm);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((Action<float[]> addRows, Action<GradientVisitor> visit) in models)
        {
            addRows(factors);
            visit(g => hash.AppendData(MemoryMarshal.AsBytes<float>(g)));
        }

        byte[] place = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(place, step);
        using NoiseStream stream = source.Open("weights", place, hash.GetHashAndReset(), plan.Step);
        var noise = new DiscreteGaussian(_sigma, stream);
        double unit = norm / rows / (1L << LatticeBits);
        foreach ((_, Action<GradientVisitor> visit) in models)
        {
            visit(g =>
            {
                for (int i = 0; i < g.Length; i++)
                {
                    g[i] = (float)((Math.Round(g[i] / unit) + noise.Next()) * unit);
                }
            });
        }
    }

    /// <summary>By what each row's gradient of the mean loss is multiplied.</summary>
    internal static float[] FactorsOf(ReadOnlySpan<double> squares, double norm)
    {
        double rows = squares.Length;
        double limit = norm / rows / (1 + (((rows * rows) + 64) / (1 << 23)));
        var factors = new float[squares.Length];
        for (int i = 0; i < factors.Length; i++)
        {
            double size = Math.Sqrt(squares[i]);
            factors[i] = size > limit ? (float)(limit / size) : 1;
        }

        return factors;
    }
}
