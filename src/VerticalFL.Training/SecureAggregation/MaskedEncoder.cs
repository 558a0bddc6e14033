// Additive masks that cancel in the sum.
// What:        masked_i = encode(x_i) + sum over j > i of M_ij - sum over j < i of M_ji modulo the ring, M_ij = the pair's key stream.
// Reference:   Bonawitz et al. 2017, section 4.0.1 (masking with one-time pads); protocols/training/masked-sum.md, section 4.
// Adversary:   semi-honest. Without the keys of two honest parties every masked vector is uniform given the sum, as long as no
//              (key, purpose, step, microbatch) is ever used for two vectors: that is refused here.
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Prg;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Privacy;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>
/// Encodes and masks one feature party's activations for one attempt. With no other feature party there is nothing to mask with, and the
/// encoding leaves as it is. Not for use by two threads at a time.
/// </summary>
internal sealed class MaskedEncoder : IDisposable
{
    /// <summary>Steps are below 2^40.</summary>
    public const long MaxStep = (1L << 40) - 1;

    /// <summary>So many values are encoded and masked before the next: key stream and result stay in the processor's first cache. Whole blocks in every ring.</summary>
    private const int ChunkValues = 1024;

    private readonly (bool Adds, AesCtr Stream)[] _streams;
    private readonly (long Step, int Microbatch)[] _last = new (long, int)[(int)ActivationPurpose.Prediction + 1];
    private readonly ActivationRing _ring;
    private readonly ReleaseNoise? _noise;
    private readonly byte[] _mask = new byte[ChunkValues * sizeof(ulong)];

    /// <summary>Makes the encoder; the keys may be disposed afterwards.</summary>
    /// <param name="keys">The keys with the other feature parties.</param>
    /// <param name="ring">The study's ring.</param>
    /// <param name="noise">What shortens and blurs the rows before they are masked; null for nothing. Then the ring is the one with noise.</param>
    public MaskedEncoder(MaskKeys keys, ActivationRing ring, ReleaseNoise? noise = null)
    {
        (_ring, _noise) = (ring, noise);
        _streams = [.. keys.Pairs.Select(p => (keys.Self < p.Peer, new AesCtr(p.Key.Bytes)))];
        Array.Fill(_last, (-1L, 0));
    }

    /// <summary>How many values have been clamped so far; stays with this party.</summary>
    public long Saturated { get; private set; }

    /// <summary>Encodes and masks one piece of activations.</summary>
    /// <param name="purpose">What for.</param>
    /// <param name="step">The step within the purpose, below 2^40.</param>
    /// <param name="microbatch">The piece within the step, below 2^16.</param>
    /// <param name="values">Activations, row by row.</param>
    /// <param name="destination">As many ring elements, as bytes; never left with unmasked content.</param>
    /// <exception cref="InvalidOperationException">
    /// This or a later (step, microbatch) of the purpose was masked before: a second use of the same mask would reveal the difference.
    /// </exception>
    /// <exception cref="ArgumentException">A value is NaN or infinite, or the lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Encode(ActivationPurpose purpose, long step, int microbatch, ReadOnlySpan<float> values, Span<byte> destination)
    {
        if (!Enum.IsDefined(purpose))
        {
            throw new ArgumentOutOfRangeException(nameof(purpose));
        }

        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(step, MaxStep);
        ArgumentOutOfRangeException.ThrowIfNegative(microbatch);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(microbatch, ushort.MaxValue);

        // Strictly ascending per purpose: no pair repeats, and what was used fits into one number per purpose.
        if ((step, microbatch).CompareTo(_last[(int)purpose]) <= 0)
        {
            throw new InvalidOperationException($"The mask of {purpose} step {step}, microbatch {microbatch} is spent; begin a new attempt.");
        }

        _last[(int)purpose] = (step, microbatch);
        try
        {
            RingSum.CheckLengths(values.Length * _ring.ElementSize, destination.Length);
            _noise?.Encode(purpose, step, microbatch, values, destination);
            ulong prefix = Prefix(purpose, step, microbatch);
            for (int first = 0; first < values.Length; first += ChunkValues)
            {
                int count = Math.Min(ChunkValues, values.Length - first);
                Span<byte> chunk = destination.Slice(first * _ring.ElementSize, count * _ring.ElementSize);
                Saturated += _noise is null ? _ring.Encode(values.Slice(first, count), chunk) : 0;
                Mask(prefix, first, chunk);
            }
        }
        catch
        {
            destination.Clear();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(_mask);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, AesCtr stream) in _streams)
        {
            stream.Dispose();
        }
    }

    /// <summary>The first half of the counter block.</summary>
    internal static ulong Prefix(ActivationPurpose purpose, long step, int microbatch) =>
        ((ulong)purpose << 56) | ((ulong)step << 16) | (uint)microbatch;

    /// <summary>Masks a run of encoded values.</summary>
    /// <param name="prefix">The first half of the counter block.</param>
    /// <param name="first">The run's first value within the piece; a multiple of <see cref="ChunkValues"/>.</param>
    /// <param name="chunk">The run.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Mask(ulong prefix, int first, Span<byte> chunk)
    {
        Span<byte> mask = _mask.AsSpan(0, chunk.Length);
        ulong block = (ulong)first * (ulong)_ring.ElementSize / AesCtr.BlockSize;
        foreach ((bool adds, AesCtr stream) in _streams)
        {
            stream.Fill(prefix, block, mask);
            if (adds)
            {
                _ring.Add(chunk, mask);
            }
            else
            {
                _ring.Subtract(chunk, mask);
            }
        }
    }
}
