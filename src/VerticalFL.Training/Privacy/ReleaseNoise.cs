// Noise on the rows that a feature party releases.
// What:        each row of activations is shortened to the norm C and gets discrete Gaussian noise of parameter z C, both on the lattice of the ring u64.24, before
//              the masks: the label party learns the sum with everybody's noise in it.
// Reference:   Canonne, Kamath, Steinke 2020 (the noise); protocols/training/masked-sum.md, section 3.
// Parameters:  C and z of the study; each feature party adds all of z C by itself, so that its rows are blurred even where all others collude.
// Adversary:   the label party with any other feature parties. What holds is that one release tells of one row with a noise z times as large as the row may be.
//              NOT covered, and why it carries no epsilon: a row is released in every epoch with fresh noise, weights and the tables' statistics follow from all
//              rows, and gradients return without noise.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Privacy;

/// <summary>Shortens and blurs what leaves a feature party. The same rows at the same place repeat their noise; other rows get other noise.</summary>
internal sealed class ReleaseNoise
{
    private readonly NoiseSource _source;
    private readonly PrivacyLoss _loss;
    private readonly long _sigma;

    private ReleaseNoise(double multiplier, double norm, int width, NoiseSource source, PrivacyLoss loss)
    {
        Clip = new RowClip(width, norm);
        (_source, _loss) = (source, loss);

        // Rounded up: never less noise than the study says.
        _sigma = (long)Math.Ceiling(multiplier * norm * RowClip.Scale);
    }

    /// <summary>The noise that a study asks for, by itself or as a part of differential privacy; null when it asks for none.</summary>
    /// <param name="study">The study.</param>
    /// <param name="width">The width of the cut.</param>
    /// <param name="source">This party's noise in this run.</param>
    public static ReleaseNoise? For(Study study, int width, Func<NoiseSource> source)
    {
        if (study.Privacy.DifferentialPrivacy is { } privacy)
        {
            PrivacyPlan plan = PrivacyPlan.Of(privacy, study.Training.Epochs);
            return new ReleaseNoise(plan.RowNoise, privacy.ClippingNorm, width, source(), plan.Row);
        }

        return study.Privacy.ReleaseNoise is { } settings ? new ReleaseNoise(settings.Multiplier, settings.ClippingNorm, width, source(), default) : null;
    }

    /// <summary>How rows are shortened.</summary>
    public RowClip Clip { get; }

    /// <summary>Writes the shortened rows with their noise.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="step">The step within the purpose.</param>
    /// <param name="piece">The piece within the step.</param>
    /// <param name="rows">Activations, row by row.</param>
    /// <param name="destination">As many 64-bit ring elements.</param>
    /// <exception cref="ArgumentException">A value is NaN or infinite, or the lengths do not fit.</exception>
    public void Encode(ActivationPurpose purpose, long step, int piece, ReadOnlySpan<float> rows, Span<byte> destination)
    {
        Span<long> lattice = MemoryMarshal.Cast<byte, long>(destination);
        Clip.Encode(rows, lattice);
        byte[] place = new byte[1 + sizeof(long) + sizeof(int)];
        place[0] = (byte)purpose;
        BinaryPrimitives.WriteInt64BigEndian(place.AsSpan(1), step);
        BinaryPrimitives.WriteInt32BigEndian(place.AsSpan(1 + sizeof(long)), piece);
        using NoiseStream stream = _source.Open("release", place, SHA256.HashData(destination), _loss);
        var noise = new DiscreteGaussian(_sigma, stream);
        for (int i = 0; i < lattice.Length; i++)
        {
            lattice[i] += noise.Next();
        }
    }
}
