// Fixed point in Z_2^16 with 8 fractional bits ("u16.8"), the compact ring.
// What:        x -> round-half-to-even(clamp(x, -L, L) * 2^8) mod 2^16, sums modulo 2^16, and back. L = 63, 31 or 15 for up to 2, 4 or 8 masked terms.
// Parameters:  2 * 63 = 126, 4 * 31 = 124, 8 * 15 = 120, all < 128 = 2^15 / 2^8: a sum never wraps as a signed number. The label party's own term is
//              added in 32 bits after the masks are gone: 3 * 63 = 189 would not fit.
// Reference:   protocols/training/masked-sum.md, section 2.
// Adversary:   none by itself; the encoding is public and reversible. MaskedEncoder hides it.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>The compact ring: integers modulo 2^16, read as signed numbers with 8 bits behind the point.</summary>
internal static class Ring16
{
    /// <summary>Bits behind the point: 8, a resolution of 1/256.</summary>
    public const int FractionBits = 8;

    private const float Scale = 1 << FractionBits;

    /// <summary>What values are clamped to, so that a sum of so many terms does not wrap.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are no terms, or more than 8.</exception>
    public static float LimitFor(int featureParties)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(featureParties, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(featureParties, ActivationRing.MaxFeatureParties);
        return featureParties switch { <= 2 => 63, <= 4 => 31, _ => 15 };
    }

    /// <summary>Encodes values; clamps those beyond the limit and rounds half to even.</summary>
    /// <param name="values">Finite numbers.</param>
    /// <param name="limit">From <see cref="LimitFor"/>.</param>
    /// <param name="ring">As many ring elements; undefined when the call throws.</param>
    /// <returns>How many values were clamped.</returns>
    /// <exception cref="ArgumentException">A value is NaN or infinite, or the lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Encode(ReadOnlySpan<float> values, float limit, Span<ushort> ring)
    {
        RingSum.CheckLengths(values.Length, ring.Length);
        var largest = new Vector<float>(limit);
        var scale = new Vector<float>(Scale);
        Vector<int> count = Vector<int>.Zero;
        Vector<int> finite = Vector<int>.AllBitsSet;
        Span<Vector<short>> target = MemoryMarshal.Cast<ushort, Vector<short>>(ring);
        for (int v = 0; v < target.Length; v++)
        {
            ReadOnlySpan<float> some = values.Slice(v * Vector<short>.Count, Vector<short>.Count);
            target[v] = Vector.Narrow(Fix(new Vector<float>(some)), Fix(new Vector<float>(some[Vector<float>.Count..])));
        }

        if (finite != Vector<int>.AllBitsSet)
        {
            throw RingSum.NotFinite();
        }

        int saturated = Vector.Sum(count);
        for (int i = target.Length * Vector<short>.Count; i < values.Length; i++)
        {
            float x = values[i];
            if (!float.IsFinite(x))
            {
                throw RingSum.NotFinite();
            }

            saturated += MathF.Abs(x) > limit ? 1 : 0;
            ring[i] = (ushort)(short)MathF.Round(Math.Clamp(x, -limit, limit) * Scale, MidpointRounding.ToEven);
        }

        return saturated;

        // The scaling is exact (a power of two) and the rounded result is at most 63 * 2^8 < 2^14: conversion and narrowing are exact too.
        Vector<int> Fix(Vector<float> x)
        {
            Vector<float> magnitude = Vector.Abs(x);
            finite &= Vector.LessThanOrEqual(magnitude, new Vector<float>(float.MaxValue));
            count -= Vector.GreaterThan(magnitude, largest);
            return Vector.ConvertToInt32Native(Vector.Round(Vector.MaxNative(Vector.MinNative(x, largest), -largest) * scale));
        }
    }

    /// <summary>Decodes (masked terms' sum) + (own term): both are read as signed and added in 32 bits; nothing is rounded.</summary>
    /// <param name="maskedSum">The sum of the feature parties' terms modulo 2^16, masks gone.</param>
    /// <param name="own">The label party's own encoded activations.</param>
    /// <param name="values">As many numbers.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void DecodeSum(ReadOnlySpan<ushort> maskedSum, ReadOnlySpan<ushort> own, Span<float> values)
    {
        RingSum.CheckLengths(maskedSum.Length, own.Length);
        RingSum.CheckLengths(maskedSum.Length, values.Length);
        var step = new Vector<float>(1 / Scale);
        int i = 0;
        for (; i <= values.Length - Vector<short>.Count; i += Vector<short>.Count)
        {
            Vector.Widen(new Vector<short>(MemoryMarshal.Cast<ushort, short>(maskedSum[i..])), out Vector<int> low, out Vector<int> high);
            Vector.Widen(new Vector<short>(MemoryMarshal.Cast<ushort, short>(own[i..])), out Vector<int> ownLow, out Vector<int> ownHigh);

            // |sum| < 2^17 is exact in a float, and so is the scaling by a power of two.
            (Vector.ConvertToSingle(low + ownLow) * step).CopyTo(values[i..]);
            (Vector.ConvertToSingle(high + ownHigh) * step).CopyTo(values[(i + Vector<float>.Count)..]);
        }

        for (; i < values.Length; i++)
        {
            values[i] = ((short)maskedSum[i] + (short)own[i]) * (1 / Scale);
        }
    }
}
