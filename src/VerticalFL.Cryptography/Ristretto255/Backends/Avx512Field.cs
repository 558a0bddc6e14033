// Arithmetic modulo p = 2^255 - 19 in eight lanes: five signed 64-bit limbs of radix 2^51, AVX-512 F and DQ.
//
// Reference: none for the whole; rounding by a large addend is Dekker's (1971) and Knuth's, its use for limb products Emmart's and others'.
// Bounds: unit u = 2^51 + 2^18. What is reduced has limbs of -2^18 to u. Factors' largest limbs satisfy |a| |b| <= 12 u^2.
//
// A column S of a product is a sum of five terms, each counted once or 19 times. In doubles, S is added to 1.5 * 2^113 by five fused
// multiply-adds. As long as |S| < 2^112 the sum stays between 2^113 and 2^114, where doubles are the multiples of 2^61: its bit pattern is
// that of 1.5 * 2^113 plus h, with S = 2^61 h + l. The low products, exact modulo 2^64, then give l = S - 2^61 h exactly if |l| < 2^63:
// - |S| <= (1 + 4 * 19) 12 u^2 < 924 * 2^102 * (1 + 2^-30) < 2^112;
// - each of five roundings errs by at most 2^60; a factor 19 b (or 38 a) of at most 38 * 4 u < 2^58.3 is rounded to a double by at most 2^5,
//   times a factor below 2^53.1, in at most four terms: |l| <= 5 * 2^60 + 4 * 2^58.1 / 2 < 5.6 * 2^60.
// h carries into the next column with weight 2^10, from the last into the first with weight 19 * 2^10. A last column has no factor 19:
// |h4| <= 5 * 12 u^2 / 2^61 + 1 < 2^47, 19 * 2^10 |h4| < 2.4 * 2^60; other |h| < 2^51, 2^10 |h| < 2 * 2^60: every column ends below 2^63.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VerticalFL.Cryptography.Ristretto255.Backends;

[StructLayout(LayoutKind.Sequential)]
internal readonly struct Avx512Field : ILaneField<Avx512Field>
{
    private const int LaneCount = 8;
    private const long Mask = (1L << 51) - 1;
    private const long Unit = (1L << 51) + (1L << 18);

    private const double Rounder = 1.5 * (1L << 57) * (1L << 56);
    private const long RounderBits = 0x4708000000000000;

    // What the bits of the rounder itself leave in the next column. Shifted by 61 they vanish.
    private const long ColumnBias = unchecked(-(RounderBits << 10));
    private const long FirstColumnBias = unchecked(-(19 * (RounderBits << 10)));

    private readonly Vector512<long> _l0;
    private readonly Vector512<long> _l1;
    private readonly Vector512<long> _l2;
    private readonly Vector512<long> _l3;
    private readonly Vector512<long> _l4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Avx512Field(Vector512<long> l0, Vector512<long> l1, Vector512<long> l2, Vector512<long> l3, Vector512<long> l4)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
        _l4 = l4;
    }

    public static bool IsSupported => Vector512.IsHardwareAccelerated && Avx512DQ.IsSupported;

    public static int Lanes => LaneCount;

    // The largest limb's magnitude, for assertions.
    private double Largest
    {
        get
        {
            Vector512<long> m = Vector512.Max(
                Vector512.Max(Vector512.Max(Vector512.Abs(_l0), Vector512.Abs(_l1)), Vector512.Max(Vector512.Abs(_l2), Vector512.Abs(_l3))),
                Vector512.Abs(_l4));
            long largest = 0;
            for (int lane = 0; lane < LaneCount; lane++)
            {
                largest = Math.Max(largest, m[lane]);
            }

            return largest;
        }
    }

    [SkipLocalsInit]
    public static Avx512Field Broadcast(in FieldElement value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.ToBytes(bytes);
        return FromBytes(bytes, 0);
    }

    [SkipLocalsInit]
    public static Avx512Field FromBytes(ReadOnlySpan<byte> bytes, int stride)
    {
        Span<long> words = stackalloc long[4 * LaneCount];
        for (int lane = 0; lane < LaneCount; lane++)
        {
            ReadOnlySpan<long> source = MemoryMarshal.Cast<byte, long>(bytes.Slice(lane * stride, 32));
            words[lane] = source[0];
            words[LaneCount + lane] = source[1];
            words[(2 * LaneCount) + lane] = source[2];
            words[(3 * LaneCount) + lane] = source[3];
        }

        Vector512<long> mask = Vector512.Create(Mask);
        Vector512<long> w0 = Vector512.Create<long>(words);
        Vector512<long> w1 = Vector512.Create<long>(words[LaneCount..]);
        Vector512<long> w2 = Vector512.Create<long>(words[(2 * LaneCount)..]);
        Vector512<long> w3 = Vector512.Create<long>(words[(3 * LaneCount)..]);
        return new Avx512Field(
            w0 & mask,
            ((w0 >>> 51) | (w1 << 13)) & mask,
            ((w1 >>> 38) | (w2 << 26)) & mask,
            ((w2 >>> 25) | (w3 << 39)) & mask,
            (w3 >>> 12) & mask);
    }

    [SkipLocalsInit]
    public void ToBytes(Span<byte> destination)
    {
        Words(out Vector512<long> w0, out Vector512<long> w1, out Vector512<long> w2, out Vector512<long> w3);
        Span<long> words = stackalloc long[4 * LaneCount];
        w0.CopyTo(words);
        w1.CopyTo(words[LaneCount..]);
        w2.CopyTo(words[(2 * LaneCount)..]);
        w3.CopyTo(words[(3 * LaneCount)..]);
        for (int lane = 0; lane < LaneCount; lane++)
        {
            Span<long> target = MemoryMarshal.Cast<byte, long>(destination.Slice(lane * 32, 32));
            target[0] = words[lane];
            target[1] = words[LaneCount + lane];
            target[2] = words[(2 * LaneCount) + lane];
            target[3] = words[(3 * LaneCount) + lane];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Field operator +(in Avx512Field a, in Avx512Field b)
    {
        Avx512Field r = new(a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4);
        Debug.Assert(r.Largest <= 4.0 * Unit, "a sum has at most four units");
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Field operator -(in Avx512Field a, in Avx512Field b)
    {
        Avx512Field r = new(a._l0 - b._l0, a._l1 - b._l1, a._l2 - b._l2, a._l3 - b._l3, a._l4 - b._l4);
        Debug.Assert(r.Largest <= 4.0 * Unit, "a difference has at most four units");
        return r;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Avx512Field operator *(in Avx512Field a, in Avx512Field b) => Product(a, b);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in Avx512Field a, in Avx512Field b, out Avx512Field product) => product = Product(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Avx512Field Product(in Avx512Field a, in Avx512Field b)
    {
        Debug.Assert(a.Largest <= 4.0 * Unit && b.Largest <= 3.0 * Unit, "factors have at most four and three units");
        Vector512<double> rounder = Vector512.Create(Rounder);
        Vector512<double> nineteen = Vector512.Create(19.0);
        Vector512<long> k19 = Vector512.Create(19L);
        Vector512<long> b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3, b4 = b._l4;
        Vector512<long> n1 = Low(b1, k19), n2 = Low(b2, k19), n3 = Low(b3, k19), n4 = Low(b4, k19);
        Vector512<double> d0 = ToDouble(b0), d1 = ToDouble(b1), d2 = ToDouble(b2), d3 = ToDouble(b3), d4 = ToDouble(b4);
        Vector512<double> m1 = d1 * nineteen, m2 = d2 * nineteen, m3 = d3 * nineteen, m4 = d4 * nineteen;
        Vector512<long> x, s0, s1, s2, s3, s4;
        Vector512<double> y, h0, h1, h2, h3, h4;

        x = a._l0;
        y = ToDouble(x);
        s0 = Low(x, b0);
        s1 = Low(x, b1);
        s2 = Low(x, b2);
        s3 = Low(x, b3);
        s4 = Low(x, b4);
        h0 = High(y, d0, rounder);
        h1 = High(y, d1, rounder);
        h2 = High(y, d2, rounder);
        h3 = High(y, d3, rounder);
        h4 = High(y, d4, rounder);

        x = a._l1;
        y = ToDouble(x);
        s0 += Low(x, n4);
        h0 = High(y, m4, h0);
        s1 += Low(x, b0);
        h1 = High(y, d0, h1);
        s2 += Low(x, b1);
        h2 = High(y, d1, h2);
        s3 += Low(x, b2);
        h3 = High(y, d2, h3);
        s4 += Low(x, b3);
        h4 = High(y, d3, h4);

        x = a._l2;
        y = ToDouble(x);
        s0 += Low(x, n3);
        h0 = High(y, m3, h0);
        s1 += Low(x, n4);
        h1 = High(y, m4, h1);
        s2 += Low(x, b0);
        h2 = High(y, d0, h2);
        s3 += Low(x, b1);
        h3 = High(y, d1, h3);
        s4 += Low(x, b2);
        h4 = High(y, d2, h4);

        x = a._l3;
        y = ToDouble(x);
        s0 += Low(x, n2);
        h0 = High(y, m2, h0);
        s1 += Low(x, n3);
        h1 = High(y, m3, h1);
        s2 += Low(x, n4);
        h2 = High(y, m4, h2);
        s3 += Low(x, b0);
        h3 = High(y, d0, h3);
        s4 += Low(x, b1);
        h4 = High(y, d1, h4);

        x = a._l4;
        y = ToDouble(x);
        s0 += Low(x, n1);
        h0 = High(y, m1, h0);
        s1 += Low(x, n2);
        h1 = High(y, m2, h1);
        s2 += Low(x, n3);
        h2 = High(y, m3, h2);
        s3 += Low(x, n4);
        h3 = High(y, m4, h3);
        s4 += Low(x, b0);
        h4 = High(y, d0, h4);
        return Recombine(s0, s1, s2, s3, s4, h0.AsInt64(), h1.AsInt64(), h2.AsInt64(), h3.AsInt64(), h4.AsInt64());
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyBoth(in Avx512Field a, in Avx512Field c, in Avx512Field b, out Avx512Field ab, out Avx512Field cb)
    {
        Debug.Assert(
            a.Largest <= 4.0 * Unit && c.Largest <= 4.0 * Unit && b.Largest <= 3.0 * Unit, "factors have at most four and three units");
        Vector512<double> rounder = Vector512.Create(Rounder);
        Vector512<double> nineteen = Vector512.Create(19.0);
        Vector512<long> k19 = Vector512.Create(19L);
        Vector512<long> b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3, b4 = b._l4;
        Vector512<long> n1 = Low(b1, k19), n2 = Low(b2, k19), n3 = Low(b3, k19), n4 = Low(b4, k19);
        Vector512<double> d0 = ToDouble(b0), d1 = ToDouble(b1), d2 = ToDouble(b2), d3 = ToDouble(b3), d4 = ToDouble(b4);
        Vector512<double> m1 = d1 * nineteen, m2 = d2 * nineteen, m3 = d3 * nineteen, m4 = d4 * nineteen;
        Vector512<long> x, s0, s1, s2, s3, s4;
        Vector512<double> y, h0, h1, h2, h3, h4;

        x = a._l0;
        y = ToDouble(x);
        s0 = Low(x, b0);
        s1 = Low(x, b1);
        s2 = Low(x, b2);
        s3 = Low(x, b3);
        s4 = Low(x, b4);
        h0 = High(y, d0, rounder);
        h1 = High(y, d1, rounder);
        h2 = High(y, d2, rounder);
        h3 = High(y, d3, rounder);
        h4 = High(y, d4, rounder);

        x = a._l1;
        y = ToDouble(x);
        s0 += Low(x, n4);
        h0 = High(y, m4, h0);
        s1 += Low(x, b0);
        h1 = High(y, d0, h1);
        s2 += Low(x, b1);
        h2 = High(y, d1, h2);
        s3 += Low(x, b2);
        h3 = High(y, d2, h3);
        s4 += Low(x, b3);
        h4 = High(y, d3, h4);

        x = a._l2;
        y = ToDouble(x);
        s0 += Low(x, n3);
        h0 = High(y, m3, h0);
        s1 += Low(x, n4);
        h1 = High(y, m4, h1);
        s2 += Low(x, b0);
        h2 = High(y, d0, h2);
        s3 += Low(x, b1);
        h3 = High(y, d1, h3);
        s4 += Low(x, b2);
        h4 = High(y, d2, h4);

        x = a._l3;
        y = ToDouble(x);
        s0 += Low(x, n2);
        h0 = High(y, m2, h0);
        s1 += Low(x, n3);
        h1 = High(y, m3, h1);
        s2 += Low(x, n4);
        h2 = High(y, m4, h2);
        s3 += Low(x, b0);
        h3 = High(y, d0, h3);
        s4 += Low(x, b1);
        h4 = High(y, d1, h4);

        x = a._l4;
        y = ToDouble(x);
        s0 += Low(x, n1);
        h0 = High(y, m1, h0);
        s1 += Low(x, n2);
        h1 = High(y, m2, h1);
        s2 += Low(x, n3);
        h2 = High(y, m3, h2);
        s3 += Low(x, n4);
        h3 = High(y, m4, h3);
        s4 += Low(x, b0);
        h4 = High(y, d0, h4);
        Avx512Field first = Recombine(s0, s1, s2, s3, s4, h0.AsInt64(), h1.AsInt64(), h2.AsInt64(), h3.AsInt64(), h4.AsInt64());

        x = c._l0;
        y = ToDouble(x);
        s0 = Low(x, b0);
        s1 = Low(x, b1);
        s2 = Low(x, b2);
        s3 = Low(x, b3);
        s4 = Low(x, b4);
        h0 = High(y, d0, rounder);
        h1 = High(y, d1, rounder);
        h2 = High(y, d2, rounder);
        h3 = High(y, d3, rounder);
        h4 = High(y, d4, rounder);

        x = c._l1;
        y = ToDouble(x);
        s0 += Low(x, n4);
        h0 = High(y, m4, h0);
        s1 += Low(x, b0);
        h1 = High(y, d0, h1);
        s2 += Low(x, b1);
        h2 = High(y, d1, h2);
        s3 += Low(x, b2);
        h3 = High(y, d2, h3);
        s4 += Low(x, b3);
        h4 = High(y, d3, h4);

        x = c._l2;
        y = ToDouble(x);
        s0 += Low(x, n3);
        h0 = High(y, m3, h0);
        s1 += Low(x, n4);
        h1 = High(y, m4, h1);
        s2 += Low(x, b0);
        h2 = High(y, d0, h2);
        s3 += Low(x, b1);
        h3 = High(y, d1, h3);
        s4 += Low(x, b2);
        h4 = High(y, d2, h4);

        x = c._l3;
        y = ToDouble(x);
        s0 += Low(x, n2);
        h0 = High(y, m2, h0);
        s1 += Low(x, n3);
        h1 = High(y, m3, h1);
        s2 += Low(x, n4);
        h2 = High(y, m4, h2);
        s3 += Low(x, b0);
        h3 = High(y, d0, h3);
        s4 += Low(x, b1);
        h4 = High(y, d1, h4);

        x = c._l4;
        y = ToDouble(x);
        s0 += Low(x, n1);
        h0 = High(y, m1, h0);
        s1 += Low(x, n2);
        h1 = High(y, m2, h1);
        s2 += Low(x, n3);
        h2 = High(y, m3, h2);
        s3 += Low(x, n4);
        h3 = High(y, m4, h3);
        s4 += Low(x, b0);
        h4 = High(y, d0, h4);
        cb = Recombine(s0, s1, s2, s3, s4, h0.AsInt64(), h1.AsInt64(), h2.AsInt64(), h3.AsInt64(), h4.AsInt64());
        ab = first;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Avx512Field SquareTimes(int count)
    {
        SquareTimes(this, count, out Avx512Field power);
        return power;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void SquareTimes(in Avx512Field a, int count, out Avx512Field power)
    {
        Debug.Assert(count >= 1 && a.Largest <= 3.0 * Unit, "a square's base has at most three units");
        Vector512<double> rounder = Vector512.Create(Rounder);
        Vector512<double> nineteen = Vector512.Create(19.0);
        Avx512Field r = a;
        do
        {
            Vector512<long> a0 = r._l0, a1 = r._l1, a2 = r._l2, a3 = r._l3, a4 = r._l4;
            Vector512<double> d0 = ToDouble(a0), d1 = ToDouble(a1), d2 = ToDouble(a2), d3 = ToDouble(a3), d4 = ToDouble(a4);
            Vector512<long> t0 = a0 + a0, t1 = a1 + a1, n3 = Times19(a3), n4 = Times19(a4), e3 = n3 + n3, e4 = n4 + n4;
            Vector512<double> u0 = d0 + d0, u1 = d1 + d1, m3 = d3 * nineteen, m4 = d4 * nineteen, f3 = m3 + m3, f4 = m4 + m4;

            Vector512<long> s0 = Low(a0, a0) + Low(a1, e4) + Low(a2, e3);
            Vector512<double> h0 = High(d2, f3, High(d1, f4, High(d0, d0, rounder)));
            Vector512<long> s1 = Low(t0, a1) + Low(a2, e4) + Low(a3, n3);
            Vector512<double> h1 = High(d3, m3, High(d2, f4, High(u0, d1, rounder)));
            Vector512<long> s2 = Low(t0, a2) + Low(a1, a1) + Low(a3, e4);
            Vector512<double> h2 = High(d3, f4, High(d1, d1, High(u0, d2, rounder)));
            Vector512<long> s3 = Low(t0, a3) + Low(t1, a2) + Low(a4, n4);
            Vector512<double> h3 = High(d4, m4, High(u1, d2, High(u0, d3, rounder)));
            Vector512<long> s4 = Low(t0, a4) + Low(t1, a3) + Low(a2, a2);
            Vector512<double> h4 = High(d2, d2, High(u1, d3, High(u0, d4, rounder)));
            r = Recombine(s0, s1, s2, s3, s4, h0.AsInt64(), h1.AsInt64(), h2.AsInt64(), h3.AsInt64(), h4.AsInt64());
        }
        while (--count > 0);

        power = r;
    }

    public uint NegativeMask()
    {
        Words(out Vector512<long> w0, out _, out _, out _);
        return (uint)(w0 << 63).ExtractMostSignificantBits();
    }

    public uint ZeroMask()
    {
        Words(out Vector512<long> w0, out Vector512<long> w1, out Vector512<long> w2, out Vector512<long> w3);
        return (uint)Vector512.Equals(w0 | w1 | w2 | w3, Vector512<long>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Avx512Field NegateIf(uint mask)
    {
        Vector512<long> m = Expand(mask);
        return new Avx512Field((_l0 ^ m) - m, (_l1 ^ m) - m, (_l2 ^ m) - m, (_l3 ^ m) - m, (_l4 ^ m) - m);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx512Field Select(uint mask, in Avx512Field a, in Avx512Field b)
    {
        Vector512<long> m = Expand(mask);
        return new Avx512Field(
            Vector512.ConditionalSelect(m, a._l0, b._l0),
            Vector512.ConditionalSelect(m, a._l1, b._l1),
            Vector512.ConditionalSelect(m, a._l2, b._l2),
            Vector512.ConditionalSelect(m, a._l3, b._l3),
            Vector512.ConditionalSelect(m, a._l4, b._l4));
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void ChooseFour(ReadOnlySpan<Avx512Field> rows, ReadOnlySpan<uint> masks, Span<Avx512Field> four)
    {
        Vector512<long> a0 = Vector512<long>.Zero, a1 = a0, a2 = a0, a3 = a0, a4 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0, b4 = a0;
        Vector512<long> c0 = a0, c1 = a0, c2 = a0, c3 = a0, c4 = a0, d0 = a0, d1 = a0, d2 = a0, d3 = a0, d4 = a0;
        for (int i = 0; i < masks.Length; i++)
        {
            Vector512<long> m = Expand(masks[i]);
            ReadOnlySpan<Avx512Field> row = rows.Slice(4 * i, 4);
            a0 = Vector512.ConditionalSelect(m, row[0]._l0, a0);
            a1 = Vector512.ConditionalSelect(m, row[0]._l1, a1);
            a2 = Vector512.ConditionalSelect(m, row[0]._l2, a2);
            a3 = Vector512.ConditionalSelect(m, row[0]._l3, a3);
            a4 = Vector512.ConditionalSelect(m, row[0]._l4, a4);
            b0 = Vector512.ConditionalSelect(m, row[1]._l0, b0);
            b1 = Vector512.ConditionalSelect(m, row[1]._l1, b1);
            b2 = Vector512.ConditionalSelect(m, row[1]._l2, b2);
            b3 = Vector512.ConditionalSelect(m, row[1]._l3, b3);
            b4 = Vector512.ConditionalSelect(m, row[1]._l4, b4);
            c0 = Vector512.ConditionalSelect(m, row[2]._l0, c0);
            c1 = Vector512.ConditionalSelect(m, row[2]._l1, c1);
            c2 = Vector512.ConditionalSelect(m, row[2]._l2, c2);
            c3 = Vector512.ConditionalSelect(m, row[2]._l3, c3);
            c4 = Vector512.ConditionalSelect(m, row[2]._l4, c4);
            d0 = Vector512.ConditionalSelect(m, row[3]._l0, d0);
            d1 = Vector512.ConditionalSelect(m, row[3]._l1, d1);
            d2 = Vector512.ConditionalSelect(m, row[3]._l2, d2);
            d3 = Vector512.ConditionalSelect(m, row[3]._l3, d3);
            d4 = Vector512.ConditionalSelect(m, row[3]._l4, d4);
        }

        four[3] = new Avx512Field(d0, d1, d2, d3, d4);
        four[2] = new Avx512Field(c0, c1, c2, c3, c4);
        four[1] = new Avx512Field(b0, b1, b2, b3, b4);
        four[0] = new Avx512Field(a0, a1, a2, a3, a4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> ToDouble(Vector512<long> x) => Avx512DQ.ConvertToVector512Double(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Low(Vector512<long> a, Vector512<long> b) => Avx512DQ.MultiplyLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> High(Vector512<double> a, Vector512<double> b, Vector512<double> sum) =>
        Avx512F.FusedMultiplyAdd(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Times19(Vector512<long> x) => (x << 4) + (x + x) + x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<long> Expand(uint mask)
    {
        Vector512<long> lanes = Vector512.Create(1L, 2, 4, 8, 16, 32, 64, 128);
        return Vector512.Equals(Vector512.Create((long)mask) & lanes, lanes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Avx512Field Recombine(
        Vector512<long> s0, Vector512<long> s1, Vector512<long> s2, Vector512<long> s3, Vector512<long> s4,
        Vector512<long> h0, Vector512<long> h1, Vector512<long> h2, Vector512<long> h3, Vector512<long> h4)
    {
        Vector512<long> bias = Vector512.Create(ColumnBias);
        return Carry(
            s0 - (h0 << 61) + Low(h4, Vector512.Create(19L << 10)) + Vector512.Create(FirstColumnBias),
            s1 - (h1 << 61) + (h0 << 10) + bias,
            s2 - (h2 << 61) + (h1 << 10) + bias,
            s3 - (h3 << 61) + (h2 << 10) + bias,
            s4 - (h4 << 61) + (h3 << 10) + bias);
    }

    // A carry is between -2^12 and 2^12 and 19 times that below 2^17: the result is reduced.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Avx512Field Carry(
        Vector512<long> t0, Vector512<long> t1, Vector512<long> t2, Vector512<long> t3, Vector512<long> t4)
    {
        Vector512<long> mask = Vector512.Create(Mask);
        return new Avx512Field(
            (t0 & mask) + Times19(t4 >> 51),
            (t1 & mask) + (t0 >> 51),
            (t2 & mask) + (t1 >> 51),
            (t3 & mask) + (t2 >> 51),
            (t4 & mask) + (t3 >> 51));
    }

    // The canonical value as four 64-bit words.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Words(out Vector512<long> w0, out Vector512<long> w1, out Vector512<long> w2, out Vector512<long> w3)
    {
        // 2^50 is added so that the carries round to nearest, and taken away below: limbs between -2^50 - 2^7 and 2^50 + 2^7, so a value
        // below 2^254 (1 + 2^-42) < p in magnitude. With p added it is positive and below 2p, and so is every limb below 2^52.
        const long Half = 1L << 50;
        Vector512<long> mask = Vector512.Create(Mask);
        Vector512<long> half = Vector512.Create(Half);
        Vector512<long> raised = Vector512.Create(Mask - Half);
        Avx512Field c = Carry(_l0 + half, _l1 + half, _l2 + half, _l3 + half, _l4 + half);
        Vector512<long> t0 = c._l0 + Vector512.Create(Mask - 18 - Half);
        Vector512<long> t1 = c._l1 + raised;
        Vector512<long> t2 = c._l2 + raised;
        Vector512<long> t3 = c._l3 + raised;
        Vector512<long> t4 = c._l4 + raised;

        // q is 1 exactly when the value is at least p, so that value + 19 reaches 2^255.
        Vector512<long> q = (t0 + Vector512.Create(19L)) >> 51;
        q = (t1 + q) >> 51;
        q = (t2 + q) >> 51;
        q = (t3 + q) >> 51;
        q = (t4 + q) >> 51;
        t0 += Times19(q);
        t1 += t0 >> 51;
        t2 += t1 >> 51;
        t3 += t2 >> 51;
        t4 += t3 >> 51;
        t0 &= mask;
        t1 &= mask;
        t2 &= mask;
        t3 &= mask;
        t4 &= mask;
        w0 = t0 | (t1 << 51);
        w1 = (t1 >>> 13) | (t2 << 38);
        w2 = (t2 >>> 26) | (t3 << 25);
        w3 = (t3 >>> 39) | (t4 << 12);
    }
}
