// Fixed point in Z_2^64 with 24 fractional bits ("u64.24"), for sums with noise.
// What:        x -> round-half-to-even(clamp(x, -255, 255) * 2^24) mod 2^64, sums modulo 2^64, and back.
// Parameters:  8 terms of at most 255 and noise of at most 2^53 lattice points each stay far below 2^63: a sum never wraps as a signed number.
// Reference:   protocols/training/masked-sum.md, sections 2 and 3.
// Adversary:   none by itself; the encoding is public and reversible. MaskedEncoder hides it.
namespace VerticalFL.Training.SecureAggregation;

/// <summary>The ring of sums with noise: integers modulo 2^64, read as signed numbers with 24 bits behind the point.</summary>
internal static class Ring64
{
    /// <summary>Bits behind the point: 24.</summary>
    public const int FractionBits = 24;

    private const double Scale = 1 << FractionBits;

    /// <inheritdoc cref="Ring32.Encode"/>
    public static int Encode(ReadOnlySpan<float> values, Span<ulong> ring)
    {
        RingSum.CheckLengths(values.Length, ring.Length);
        int saturated = 0;
        for (int i = 0; i < values.Length; i++)
        {
            float x = values[i];
            if (!float.IsFinite(x))
            {
                throw RingSum.NotFinite();
            }

            saturated += MathF.Abs(x) > Ring32.Limit ? 1 : 0;
            ring[i] = (ulong)(long)Math.Round(Math.Clamp(x, -Ring32.Limit, Ring32.Limit) * Scale, MidpointRounding.ToEven);
        }

        return saturated;
    }

    /// <inheritdoc cref="Ring32.DecodeSum"/>
    public static void DecodeSum(ReadOnlySpan<ulong> maskedSum, ReadOnlySpan<ulong> own, Span<float> values)
    {
        RingSum.CheckLengths(maskedSum.Length, own.Length);
        RingSum.CheckLengths(maskedSum.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)(((long)maskedSum[i] + (long)own[i]) * (1 / Scale));
        }
    }
}
