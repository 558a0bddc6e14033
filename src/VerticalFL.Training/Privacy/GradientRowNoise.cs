// Noise on the rows of gradients that the label party sends.
// What:        each row's gradient of its own loss is shortened to the norm C, gets discrete Gaussian noise of parameter z C on the lattice of 2^-24, and is divided by the
//              batch's rows again, as a part of the mean loss's gradient.
// Reference:   Canonne, Kamath, Steinke 2020 (the noise); protocols/training/privacy.md, "What each adversary sees".
// Parameters:  C of the study, z of its plan. Division and rounding to 32 bits come after the noise: they are functions of what is released.
// Adversary:   all feature parties together: a row of gradients depends on the patient's outcome and on the label party's features of the patient.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Training.LabelProtection;

namespace VerticalFL.Training.Privacy;

/// <summary>Shortens and blurs every row of gradients. The same rows at the same step repeat their noise; others get other noise.</summary>
internal sealed class GradientRowNoise(PrivacyPlan plan, double norm, NoiseSource source) : IGradientProtection
{
    private readonly long _sigma = (long)Math.Ceiling(plan.RowNoise * norm * RowClip.Scale);

    /// <inheritdoc/>
    public void Apply(long step, ReadOnlySpan<float> gradient, int width, ReadOnlySpan<float> outcomes, Span<float> destination)
    {
        int rows = outcomes.Length;
        var own = new float[gradient.Length];
        for (int i = 0; i < own.Length; i++)
        {
            own[i] = gradient[i] * rows;
        }

        var lattice = new long[own.Length];
        new RowClip(width, norm).Encode(own, lattice);
        byte[] place = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(place, step);
        using NoiseStream stream = source.Open("gradients", place, SHA256.HashData(MemoryMarshal.AsBytes<long>(lattice)), plan.Row);
        var noise = new DiscreteGaussian(_sigma, stream);
        for (int i = 0; i < lattice.Length; i++)
        {
            destination[i] = (float)((lattice[i] + noise.Next()) / RowClip.Scale / rows);
        }
    }
}
