// Fixed point in Z_2^32 with 20 fractional bits ("u32.20").
// What:        x -> round-half-to-even(clamp(x, -255, 255) * 2^20) mod 2^32, sums modulo 2^32, and back.
// Parameters:  at most 8 masked terms. 8 * 255 = 2040 < 2048 = 2^31 / 2^20, so a sum of 8 never wraps as a signed number. The label
//              party's own term is added in 64 bits after the masks are gone: 9 * 255 = 2295 would not fit.
// Reference:   protocols/training/masked-sum.md, section 2.
// Adversary:   none by itself; the encoding is public and reversible. MaskedEncoder hides it.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>The ring in which activations are summed: integers modulo 2^32, read as signed numbers with 20 bits behind the point.</summary>
internal static class Ring32
{
    /// <summary>Bits behind the point: 20, a resolution of about one millionth.</summary>
    public const int FractionBits = 20;

    /// <summary>Values are clamped to plus and minus this: 255.</summary>
    public const float Limit = 255f;

    /// <summary>The most masked terms of a sum: 8.</summary>
    public const int MaxFeatureParties = 8;

    private const float Scale = 1 << FractionBits;

    /// <summary>At how many bits a sum is cut in two to be decoded.</summary>
    private const int LowBits = 12;

    /// <summary>Encodes values; clamps those beyond <see cref="Limit"/> and rounds half to even.</summary>
    /// <param name="values">Finite numbers.</param>
    /// <param name="ring">As many ring elements; undefined when the call throws.</param>
    /// <returns>How many values were clamped.</returns>
    /// <exception cref="ArgumentException">A value is NaN or infinite, or the lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Encode(ReadOnlySpan<float> values, Span<uint> ring)
    {
        RingSum.CheckLengths(values.Length, ring.Length);
        int saturated = 0;
        int i = 0;
        if (values.Length >= Vector<float>.Count)
        {
            var limit = new Vector<float>(Limit);
            var largest = new Vector<float>(float.MaxValue);
            var scale = new Vector<float>(Scale);
            Vector<int> count = Vector<int>.Zero;
            Vector<int> finite = Vector<int>.AllBitsSet;
            ReadOnlySpan<Vector<float>> source = MemoryMarshal.Cast<float, Vector<float>>(values);
            Span<Vector<int>> target = MemoryMarshal.Cast<uint, Vector<int>>(ring);
            for (int v = 0; v < source.Length; v++)
            {
                Vector<float> x = source[v];
                Vector<float> magnitude = Vector.Abs(x);
                finite &= Vector.LessThanOrEqual(magnitude, largest);
                count -= Vector.GreaterThan(magnitude, limit);

                // The scaling is exact (a power of two) and the rounded result is below 2^28: the conversion is exact too.
                // The native forms leave open only what becomes of not a number, which is refused below; they take half the time.
                Vector<float> clamped = Vector.MaxNative(Vector.MinNative(x, limit), -limit);
                target[v] = Vector.ConvertToInt32Native(Vector.Round(clamped * scale));
            }

            if (finite != Vector<int>.AllBitsSet)
            {
                throw RingSum.NotFinite();
            }

            saturated = Vector.Sum(count);
            i = source.Length * Vector<float>.Count;
        }

        for (; i < values.Length; i++)
        {
            float x = values[i];
            if (!float.IsFinite(x))
            {
                throw RingSum.NotFinite();
            }

            saturated += MathF.Abs(x) > Limit ? 1 : 0;
            ring[i] = (uint)(int)MathF.Round(Math.Clamp(x, -Limit, Limit) * Scale, MidpointRounding.ToEven);
        }

        return saturated;
    }

    /// <summary>
    /// Decodes (masked terms' sum) + (own term): both are read as signed, added in 64 bits, and rounded to float once.
    /// </summary>
    /// <param name="maskedSum">The sum of the feature parties' terms modulo 2^32, masks gone.</param>
    /// <param name="own">The label party's own encoded activations.</param>
    /// <param name="values">As many numbers.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DecodeSum(ReadOnlySpan<uint> maskedSum, ReadOnlySpan<uint> own, Span<float> values)
    {
        RingSum.CheckLengths(maskedSum.Length, own.Length);
        RingSum.CheckLengths(maskedSum.Length, values.Length);
        var lowBits = new Vector<int>((1 << LowBits) - 1);
        var highUnit = new Vector<float>((1 << LowBits) / Scale);
        var lowUnit = new Vector<float>(1 / Scale);
        ReadOnlySpan<Vector<int>> terms = MemoryMarshal.Cast<uint, Vector<int>>(maskedSum);
        ReadOnlySpan<Vector<int>> ownTerms = MemoryMarshal.Cast<uint, Vector<int>>(own);
        Span<Vector<float>> target = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (int v = 0; v < target.Length; v++)
        {
            Vector<int> a = terms[v];
            Vector<int> b = ownTerms[v];

            // a + b = 2^12 high + low with |high| <= 2^20 and 0 <= low < 2^13: both are exact as floats, and so is scaling them by powers of two.
            // Only the fused addition rounds: once, as the conversion from the 64-bit sum does below.
            Vector<float> high = Vector.ConvertToSingle((a >> LowBits) + (b >> LowBits));
            Vector<float> low = Vector.ConvertToSingle((a & lowBits) + (b & lowBits));
            target[v] = Vector.FusedMultiplyAdd(high, highUnit, low * lowUnit);
        }

        for (int i = target.Length * Vector<float>.Count; i < values.Length; i++)
        {
            values[i] = (float)(((long)(int)maskedSum[i] + (int)own[i]) * (1.0 / Scale));
        }
    }
}
