// Fixed point in Z_2^32 with 20 fractional bits ("u32.20").
// What:        x -> round-half-to-even(clamp(x, -255, 255) * 2^20) mod 2^32, sums modulo 2^32, and back.
// Parameters:  at most 8 masked terms. 8 * 255 = 2040 < 2048 = 2^31 / 2^20, so a sum of 8 never wraps as a signed number. The label
//              party's own term is added in 64 bits after the masks are gone: 9 * 255 = 2295 would not fit.
// Reference:   protocols/training/masked-sum.md, section 2.
// Adversary:   none by itself; the encoding is public and reversible. MaskedEncoder hides it.
using System.Numerics;
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

    /// <summary>Encodes values; clamps those beyond <see cref="Limit"/> and rounds half to even.</summary>
    /// <param name="values">Finite numbers.</param>
    /// <param name="ring">As many ring elements; undefined when the call throws.</param>
    /// <returns>How many values were clamped.</returns>
    /// <exception cref="ArgumentException">A value is NaN or infinite, or the lengths differ.</exception>
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
                target[v] = Vector.ConvertToInt32Native(Vector.Round(clamped * scale, MidpointRounding.ToEven));
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
    public static void DecodeSum(ReadOnlySpan<uint> maskedSum, ReadOnlySpan<uint> own, Span<float> values)
    {
        RingSum.CheckLengths(maskedSum.Length, own.Length);
        RingSum.CheckLengths(maskedSum.Length, values.Length);
        int i = 0;
        var step = new Vector<double>(1.0 / Scale);
        for (; i <= values.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            Vector.Widen(new Vector<int>(MemoryMarshal.Cast<uint, int>(maskedSum[i..])), out Vector<long> low, out Vector<long> high);
            Vector.Widen(new Vector<int>(MemoryMarshal.Cast<uint, int>(own[i..])), out Vector<long> ownLow, out Vector<long> ownHigh);

            // |sum| < 2^33 is exact in a double, the scaling by a power of two is exact: only the narrowing rounds.
            Vector.Narrow(Vector.ConvertToDouble(low + ownLow) * step, Vector.ConvertToDouble(high + ownHigh) * step)
                .CopyTo(values[i..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] = (float)(((long)(int)maskedSum[i] + (int)own[i]) * (1.0 / Scale));
        }
    }
}
