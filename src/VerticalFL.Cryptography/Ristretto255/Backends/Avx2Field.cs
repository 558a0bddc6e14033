// Arithmetic modulo p = 2^255 - 19 in four lanes: ten signed limbs of alternately 26 and 25 bits, each in a 64-bit element, AVX2.
//
// Reference: Bernstein, Duif, Lange, Schwabe, Yang, "High-speed high-security signatures" (2012): the representation of its portable
// implementation, limb i with weight 2^ceil(25.5 i). The multiplier takes the low 32 bits of each element as a signed integer.
// Bounds: one unit is 2^25 for the limbs of even index and 2^24 + 2^15 for those of odd index; Reduce returns it. With at most 4 and 3 units:
// - factors fit in 32 bits: 19 * 3 * 2^25 < 2^31 and 4 * 3 * (2^24 + 2^15) < 2^28;
// - a product of two odd limbs counts twice, what wraps counts 19 times. The largest column is the first: 12 (2^50 (1 + 4 * 19) +
//   (2^24 + 2^15)^2 * 5 * 38) < 2^61.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace VerticalFL.Cryptography.Ristretto255.Backends;

[StructLayout(LayoutKind.Sequential)]
internal readonly struct Avx2Field : ILaneField<Avx2Field>
{
    private const int LaneCount = 4;
    private const long Mask51 = (1L << 51) - 1;
    private const double EvenUnit = 1L << 25;
    private const double OddUnit = (1L << 24) + (1L << 15);

    private readonly Vector256<long> _l0;
    private readonly Vector256<long> _l1;
    private readonly Vector256<long> _l2;
    private readonly Vector256<long> _l3;
    private readonly Vector256<long> _l4;
    private readonly Vector256<long> _l5;
    private readonly Vector256<long> _l6;
    private readonly Vector256<long> _l7;
    private readonly Vector256<long> _l8;
    private readonly Vector256<long> _l9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Avx2Field(
        Vector256<long> l0, Vector256<long> l1, Vector256<long> l2, Vector256<long> l3, Vector256<long> l4,
        Vector256<long> l5, Vector256<long> l6, Vector256<long> l7, Vector256<long> l8, Vector256<long> l9)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
        _l4 = l4;
        _l5 = l5;
        _l6 = l6;
        _l7 = l7;
        _l8 = l8;
        _l9 = l9;
    }

    public static bool IsSupported => Avx2.IsSupported;

    public static int Lanes => LaneCount;

    // The largest limb in units, for assertions.
    private double Units
    {
        get
        {
            Vector256<long> even = Vector256.Max(
                Vector256.Max(Vector256.Max(Vector256.Abs(_l0), Vector256.Abs(_l2)), Vector256.Max(Vector256.Abs(_l4), Vector256.Abs(_l6))),
                Vector256.Abs(_l8));
            Vector256<long> odd = Vector256.Max(
                Vector256.Max(Vector256.Max(Vector256.Abs(_l1), Vector256.Abs(_l3)), Vector256.Max(Vector256.Abs(_l5), Vector256.Abs(_l7))),
                Vector256.Abs(_l9));
            double units = 0;
            for (int lane = 0; lane < LaneCount; lane++)
            {
                units = Math.Max(units, Math.Max(even[lane] / EvenUnit, odd[lane] / OddUnit));
            }

            return units;
        }
    }

    [SkipLocalsInit]
    public static Avx2Field Broadcast(in FieldElement value)
    {
        Span<byte> bytes = stackalloc byte[32];
        value.ToBytes(bytes);
        return FromBytes(bytes, 0);
    }

    [SkipLocalsInit]
    public static Avx2Field FromBytes(ReadOnlySpan<byte> bytes, int stride)
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

        Vector256<long> even = Vector256.Create((1L << 26) - 1);
        Vector256<long> odd = Vector256.Create((1L << 25) - 1);
        Vector256<long> w0 = Vector256.Create<long>(words);
        Vector256<long> w1 = Vector256.Create<long>(words[LaneCount..]);
        Vector256<long> w2 = Vector256.Create<long>(words[(2 * LaneCount)..]);
        Vector256<long> w3 = Vector256.Create<long>(words[(3 * LaneCount)..]);

        // Limb i begins at bit ceil(25.5 i): 0, 26, 51, 77, 102, 128, 153, 179, 204, 230.
        return Reduce(
            w0 & even,
            (w0 >>> 26) & odd,
            ((w0 >>> 51) | (w1 << 13)) & even,
            (w1 >>> 13) & odd,
            (w1 >>> 38) & even,
            w2 & odd,
            (w2 >>> 25) & even,
            ((w2 >>> 51) | (w3 << 13)) & odd,
            (w3 >>> 12) & even,
            (w3 >>> 38) & odd);
    }

    [SkipLocalsInit]
    public void ToBytes(Span<byte> destination)
    {
        Words(out Vector256<long> w0, out Vector256<long> w1, out Vector256<long> w2, out Vector256<long> w3);
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
    public static Avx2Field operator +(in Avx2Field a, in Avx2Field b)
    {
        Avx2Field r = new(
            a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4,
            a._l5 + b._l5, a._l6 + b._l6, a._l7 + b._l7, a._l8 + b._l8, a._l9 + b._l9);
        Debug.Assert(r.Units <= 4, "a sum has at most four units");
        return r;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Field operator -(in Avx2Field a, in Avx2Field b)
    {
        Avx2Field r = new(
            a._l0 - b._l0, a._l1 - b._l1, a._l2 - b._l2, a._l3 - b._l3, a._l4 - b._l4,
            a._l5 - b._l5, a._l6 - b._l6, a._l7 - b._l7, a._l8 - b._l8, a._l9 - b._l9);
        Debug.Assert(r.Units <= 4, "a difference has at most four units");
        return r;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Field operator *(in Avx2Field a, in Avx2Field b)
    {
        Multiply(a, b, out Avx2Field product);
        return product;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(in Avx2Field a, in Avx2Field b, out Avx2Field product)
    {
        Debug.Assert(a.Units <= 4 && b.Units <= 3, "factors have at most four and three units");
        Vector256<long> a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3, a4 = a._l4;
        Vector256<long> a5 = a._l5, a6 = a._l6, a7 = a._l7, a8 = a._l8, a9 = a._l9;
        Vector256<long> b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3, b4 = b._l4;
        Vector256<long> b5 = b._l5, b6 = b._l6, b7 = b._l7, b8 = b._l8, b9 = b._l9;
        Vector256<long> t1 = a1 + a1, t3 = a3 + a3, t5 = a5 + a5, t7 = a7 + a7, t9 = a9 + a9;
        Vector256<long> nineteen = Vector256.Create(19L);
        Vector256<long> n1 = P(b1, nineteen), n2 = P(b2, nineteen), n3 = P(b3, nineteen);
        Vector256<long> n4 = P(b4, nineteen), n5 = P(b5, nineteen), n6 = P(b6, nineteen);
        Vector256<long> n7 = P(b7, nineteen), n8 = P(b8, nineteen), n9 = P(b9, nineteen);

        Vector256<long> s0 = P(a0, b0) + P(t1, n9) + P(a2, n8) + P(t3, n7) + P(a4, n6)
            + P(t5, n5) + P(a6, n4) + P(t7, n3) + P(a8, n2) + P(t9, n1);
        Vector256<long> s1 = P(a0, b1) + P(a1, b0) + P(a2, n9) + P(a3, n8) + P(a4, n7)
            + P(a5, n6) + P(a6, n5) + P(a7, n4) + P(a8, n3) + P(a9, n2);
        Vector256<long> s2 = P(a0, b2) + P(t1, b1) + P(a2, b0) + P(t3, n9) + P(a4, n8)
            + P(t5, n7) + P(a6, n6) + P(t7, n5) + P(a8, n4) + P(t9, n3);
        Vector256<long> s3 = P(a0, b3) + P(a1, b2) + P(a2, b1) + P(a3, b0) + P(a4, n9)
            + P(a5, n8) + P(a6, n7) + P(a7, n6) + P(a8, n5) + P(a9, n4);
        Vector256<long> s4 = P(a0, b4) + P(t1, b3) + P(a2, b2) + P(t3, b1) + P(a4, b0)
            + P(t5, n9) + P(a6, n8) + P(t7, n7) + P(a8, n6) + P(t9, n5);
        Vector256<long> s5 = P(a0, b5) + P(a1, b4) + P(a2, b3) + P(a3, b2) + P(a4, b1)
            + P(a5, b0) + P(a6, n9) + P(a7, n8) + P(a8, n7) + P(a9, n6);
        Vector256<long> s6 = P(a0, b6) + P(t1, b5) + P(a2, b4) + P(t3, b3) + P(a4, b2)
            + P(t5, b1) + P(a6, b0) + P(t7, n9) + P(a8, n8) + P(t9, n7);
        Vector256<long> s7 = P(a0, b7) + P(a1, b6) + P(a2, b5) + P(a3, b4) + P(a4, b3)
            + P(a5, b2) + P(a6, b1) + P(a7, b0) + P(a8, n9) + P(a9, n8);
        Vector256<long> s8 = P(a0, b8) + P(t1, b7) + P(a2, b6) + P(t3, b5) + P(a4, b4)
            + P(t5, b3) + P(a6, b2) + P(t7, b1) + P(a8, b0) + P(t9, n9);
        Vector256<long> s9 = P(a0, b9) + P(a1, b8) + P(a2, b7) + P(a3, b6) + P(a4, b5)
            + P(a5, b4) + P(a6, b3) + P(a7, b2) + P(a8, b1) + P(a9, b0);
        product = Reduce(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyBoth(in Avx2Field a, in Avx2Field c, in Avx2Field b, out Avx2Field ab, out Avx2Field cb)
    {
        Multiply(a, b, out Avx2Field first);
        Multiply(c, b, out cb);
        ab = first;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Avx2Field SquareTimes(int count)
    {
        SquareTimes(this, count, out Avx2Field power);
        return power;
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void SquareTimes(in Avx2Field a, int count, out Avx2Field power)
    {
        Debug.Assert(count >= 1 && a.Units <= 3, "a square's base has at most three units");
        Vector256<long> nineteen = Vector256.Create(19L);
        Avx2Field r = a;
        do
        {
            Vector256<long> a0 = r._l0, a1 = r._l1, a2 = r._l2, a3 = r._l3, a4 = r._l4;
            Vector256<long> a5 = r._l5, a6 = r._l6, a7 = r._l7, a8 = r._l8, a9 = r._l9;
            Vector256<long> t0 = a0 + a0, t1 = a1 + a1, t2 = a2 + a2, t3 = a3 + a3, t4 = a4 + a4;
            Vector256<long> t5 = a5 + a5, t6 = a6 + a6, t7 = a7 + a7, t8 = a8 + a8, t9 = a9 + a9;
            Vector256<long> q1 = t1 + t1, q3 = t3 + t3, q5 = t5 + t5, q7 = t7 + t7;
            Vector256<long> n5 = P(a5, nineteen), n6 = P(a6, nineteen), n7 = P(a7, nineteen);
            Vector256<long> n8 = P(a8, nineteen), n9 = P(a9, nineteen);

            Vector256<long> s0 = P(a0, a0) + P(q1, n9) + P(t2, n8) + P(q3, n7) + P(t4, n6) + P(t5, n5);
            Vector256<long> s1 = P(t0, a1) + P(t2, n9) + P(t3, n8) + P(t4, n7) + P(t5, n6);
            Vector256<long> s2 = P(t0, a2) + P(t1, a1) + P(q3, n9) + P(t4, n8) + P(q5, n7) + P(a6, n6);
            Vector256<long> s3 = P(t0, a3) + P(t1, a2) + P(t4, n9) + P(t5, n8) + P(t6, n7);
            Vector256<long> s4 = P(t0, a4) + P(q1, a3) + P(a2, a2) + P(q5, n9) + P(t6, n8) + P(t7, n7);
            Vector256<long> s5 = P(t0, a5) + P(t1, a4) + P(t2, a3) + P(t6, n9) + P(t7, n8);
            Vector256<long> s6 = P(t0, a6) + P(q1, a5) + P(t2, a4) + P(t3, a3) + P(q7, n9) + P(a8, n8);
            Vector256<long> s7 = P(t0, a7) + P(t1, a6) + P(t2, a5) + P(t3, a4) + P(t8, n9);
            Vector256<long> s8 = P(t0, a8) + P(q1, a7) + P(t2, a6) + P(q3, a5) + P(a4, a4) + P(t9, n9);
            Vector256<long> s9 = P(t0, a9) + P(t1, a8) + P(t2, a7) + P(t3, a6) + P(t4, a5);
            r = Reduce(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9);
        }
        while (--count > 0);

        power = r;
    }

    public uint NegativeMask()
    {
        Words(out Vector256<long> w0, out _, out _, out _);
        return (w0 << 63).ExtractMostSignificantBits();
    }

    public uint ZeroMask()
    {
        Words(out Vector256<long> w0, out Vector256<long> w1, out Vector256<long> w2, out Vector256<long> w3);
        return Vector256.Equals(w0 | w1 | w2 | w3, Vector256<long>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Avx2Field NegateIf(uint mask)
    {
        Vector256<long> m = Expand(mask);
        return new Avx2Field(
            (_l0 ^ m) - m, (_l1 ^ m) - m, (_l2 ^ m) - m, (_l3 ^ m) - m, (_l4 ^ m) - m,
            (_l5 ^ m) - m, (_l6 ^ m) - m, (_l7 ^ m) - m, (_l8 ^ m) - m, (_l9 ^ m) - m);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Avx2Field Select(uint mask, in Avx2Field a, in Avx2Field b)
    {
        Vector256<long> m = Expand(mask);
        return new Avx2Field(
            Vector256.ConditionalSelect(m, a._l0, b._l0),
            Vector256.ConditionalSelect(m, a._l1, b._l1),
            Vector256.ConditionalSelect(m, a._l2, b._l2),
            Vector256.ConditionalSelect(m, a._l3, b._l3),
            Vector256.ConditionalSelect(m, a._l4, b._l4),
            Vector256.ConditionalSelect(m, a._l5, b._l5),
            Vector256.ConditionalSelect(m, a._l6, b._l6),
            Vector256.ConditionalSelect(m, a._l7, b._l7),
            Vector256.ConditionalSelect(m, a._l8, b._l8),
            Vector256.ConditionalSelect(m, a._l9, b._l9));
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void ChooseFour(ReadOnlySpan<Avx2Field> rows, ReadOnlySpan<uint> masks, Span<Avx2Field> four)
    {
        for (int column = 0; column < 4; column++)
        {
            Choose(rows[column..], masks, out four[column]);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Choose(ReadOnlySpan<Avx2Field> column, ReadOnlySpan<uint> masks, out Avx2Field chosen)
    {
        Vector256<long> l0 = Vector256<long>.Zero, l1 = l0, l2 = l0, l3 = l0, l4 = l0, l5 = l0, l6 = l0, l7 = l0, l8 = l0, l9 = l0;
        for (int i = 0; i < masks.Length; i++)
        {
            Vector256<long> m = Expand(masks[i]);
            ref readonly Avx2Field entry = ref column[4 * i];
            l0 |= entry._l0 & m;
            l1 |= entry._l1 & m;
            l2 |= entry._l2 & m;
            l3 |= entry._l3 & m;
            l4 |= entry._l4 & m;
            l5 |= entry._l5 & m;
            l6 |= entry._l6 & m;
            l7 |= entry._l7 & m;
            l8 |= entry._l8 & m;
            l9 |= entry._l9 & m;
        }

        chosen = new Avx2Field(l0, l1, l2, l3, l4, l5, l6, l7, l8, l9);
    }

    // The signed product of the elements' low halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> P(Vector256<long> a, Vector256<long> b) => Avx2.Multiply(a.AsInt32(), b.AsInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Times19(Vector256<long> x) => (x << 4) + (x << 1) + x;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Expand(uint mask)
    {
        Vector256<long> lanes = Vector256.Create(1L, 2, 4, 8);
        return Vector256.Equals(Vector256.Create((long)mask) & lanes, lanes);
    }

    // x / 2^26 rounded to nearest, for |x| < 2^61.9: AVX2 shifts only unsigned elements to the right, so 2^62 makes them positive.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Carry26(Vector256<long> x) =>
        ((x + Vector256.Create((1L << 62) + (1L << 25))) >>> 26) - Vector256.Create(1L << 36);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<long> Carry25(Vector256<long> x) =>
        ((x + Vector256.Create((1L << 62) + (1L << 24))) >>> 25) - Vector256.Create(1L << 37);

    // Two chains of carries at once, from limb 0 and from limb 4. Columns are below 2^61, so a chain carries less than 2^37 into the next
    // column: what reaches limb 4 a second time carries less than 2^12 into limb 5, which was reduced before. In column 9 nothing wraps: it
    // is below 10 * 12 * 2^25 (2^24 + 2^15) + 2^37 < 2^57 and returns less than 19 * 2^32 < 2^37 to limb 0, whose last carry is below 2^12.
    // So all limbs end in their unit; only limbs 1 and 5 need a part of its 2^15.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Avx2Field Reduce(
        Vector256<long> s0, Vector256<long> s1, Vector256<long> s2, Vector256<long> s3, Vector256<long> s4,
        Vector256<long> s5, Vector256<long> s6, Vector256<long> s7, Vector256<long> s8, Vector256<long> s9)
    {
        Vector256<long> c = Carry26(s0);
        s1 += c;
        s0 -= c << 26;
        c = Carry26(s4);
        s5 += c;
        s4 -= c << 26;
        c = Carry25(s1);
        s2 += c;
        s1 -= c << 25;
        c = Carry25(s5);
        s6 += c;
        s5 -= c << 25;
        c = Carry26(s2);
        s3 += c;
        s2 -= c << 26;
        c = Carry26(s6);
        s7 += c;
        s6 -= c << 26;
        c = Carry25(s3);
        s4 += c;
        s3 -= c << 25;
        c = Carry25(s7);
        s8 += c;
        s7 -= c << 25;
        c = Carry26(s4);
        s5 += c;
        s4 -= c << 26;
        c = Carry26(s8);
        s9 += c;
        s8 -= c << 26;
        c = Carry25(s9);
        s0 += Times19(c);
        s9 -= c << 25;
        c = Carry26(s0);
        s1 += c;
        s0 -= c << 26;
        return new Avx2Field(s0, s1, s2, s3, s4, s5, s6, s7, s8, s9);
    }

    // The canonical value as four 64-bit words.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private void Words(out Vector256<long> w0, out Vector256<long> w1, out Vector256<long> w2, out Vector256<long> w3)
    {
        // Pairs of limbs of one unit make limbs of radix 2^51 below 2^50 + 2^42 and a value below 2^254 (1 + 2^-7) < p in magnitude: with p
        // added it is positive and below 2p, and so is every limb below 2^52.
        Avx2Field c = Reduce(_l0, _l1, _l2, _l3, _l4, _l5, _l6, _l7, _l8, _l9);
        Vector256<long> mask = Vector256.Create(Mask51);
        Vector256<long> t0 = c._l0 + (c._l1 << 26) + Vector256.Create(Mask51 - 18);
        Vector256<long> t1 = c._l2 + (c._l3 << 26) + mask;
        Vector256<long> t2 = c._l4 + (c._l5 << 26) + mask;
        Vector256<long> t3 = c._l6 + (c._l7 << 26) + mask;
        Vector256<long> t4 = c._l8 + (c._l9 << 26) + mask;

        // q is 1 exactly when the value is at least p, so that value + 19 reaches 2^255.
        Vector256<long> q = (t0 + Vector256.Create(19L)) >>> 51;
        q = (t1 + q) >>> 51;
        q = (t2 + q) >>> 51;
        q = (t3 + q) >>> 51;
        q = (t4 + q) >>> 51;
        t0 += Times19(q);
        t1 += t0 >>> 51;
        t2 += t1 >>> 51;
        t3 += t2 >>> 51;
        t4 += t3 >>> 51;
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
