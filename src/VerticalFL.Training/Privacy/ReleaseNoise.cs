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
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.LabelProtection;

namespace VerticalFL.Training.Privacy;

/// <summary>Shortens and blurs what leaves a feature party. The same rows at the same place repeat their noise; other rows get other noise.</summary>
internal sealed class ReleaseNoise
{
    private static readonly byte[] Purpose = "release"u8.ToArray();
    private readonly NoiseSeed _seed;
    private readonly long _sigma;

    /// <param name="settings">The study's.</param>
    /// <param name="width">The width of the cut.</param>
    /// <param name="seed">The run's seed at this party; the caller's to dispose.</param>
    public ReleaseNoise(ReleaseNoiseSettings settings, int width, NoiseSeed seed)
    {
        Clip = new RowClip(width, settings.ClippingNorm);
        _seed = seed;

        // Rounded up: never less noise than the study says.
        _sigma = (long)Math.Ceiling(settings.Multiplier * settings.ClippingNorm * RowClip.Scale);
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
        using SecretKey key = SecretKey.Derive(_seed.Bytes, [], KeyLabels.Noise, 32, Purpose, place, SHA256.HashData(destination));
        using var stream = new NoiseStream(key.Bytes);
        var noise = new DiscreteGaussian(_sigma, stream);
        for (int i = 0; i < lattice.Length; i++)
        {
            lattice[i] += noise.Next();
        }
    }
}
