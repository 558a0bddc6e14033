// Arithmetic modulo p = 2^255 - 19, five unsigned limbs of radix 2^51.
//
// Reference: RFC 7748 section 4.1 (the prime), RFC 9496 section 4.1 (sign of an element).
// Secrets: every operation runs in constant time; comparisons return masks (all ones or zero), never a bool.
//
// Bounds, held by every method and asserted in debug builds:
//   tight  a limb is below 2^51 + 2^18: what *, Square, +, - and FromBytes return and what fields of points hold;
//   loose  a limb is below 2^54: what * and Square accept; only the two Lazily methods return it.
//
// A product of limbs a, b < 2^54 is split at 2^54: High(a << 10, b) = floor(a b / 2^54). The low parts are never extracted: their
// column sum is (sum of wrapped products) - (sum of high parts << 54) modulo 2^64, and it is exact because at most five low parts below
// 2^54 cannot reach 2^64. So the twenty-five products need no carries.
using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace VerticalFL.Cryptography.Ristretto255;

internal readonly struct FieldElement
{
    private const ulong Mask = (1UL << 51) - 1;
    private const ulong TightLimit = (1UL << 51) + (1UL << 18);
    private const ulong LooseLimit = 1UL << 54;

    private readonly ulong _l0;
    private readonly ulong _l1;
    private readonly ulong _l2;
    private readonly ulong _l3;
    private readonly ulong _l4;

    public FieldElement(ulong l0, ulong l1, ulong l2, ulong l3, ulong l4)
    {
        _l0 = l0;
        _l1 = l1;
        _l2 = l2;
        _l3 = l3;
        _l4 = l4;
    }

    public static FieldElement Zero => default;

    public static FieldElement One => new(1, 0, 0, 0, 0);

    private bool IsTight => Below(TightLimit);

    private bool IsLoose => Below(LooseLimit);

    /// <summary>The little-endian integer modulo 2^255; bit 255 is ignored and values p to 2^255 - 1 are accepted.</summary>
    public static FieldElement FromBytes(ReadOnlySpan<byte> bytes)
    {
        ulong w0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        ulong w1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        ulong w2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        ulong w3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
        return new FieldElement(
            w0 & Mask,
            ((w0 >> 51) | (w1 << 13)) & Mask,
            ((w1 >> 38) | (w2 << 26)) & Mask,
            ((w2 >> 25) | (w3 << 39)) & Mask,
            (w3 >> 12) & Mask);
    }

    /// <summary>Writes the canonical 32 bytes.</summary>
    public void ToBytes(Span<byte> destination)
    {
        FieldElement c = Canonical();
        BinaryPrimitives.WriteUInt64LittleEndian(destination, c._l0 | (c._l1 << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], (c._l1 >> 13) | (c._l2 << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], (c._l2 >> 26) | (c._l3 << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], (c._l3 >> 39) | (c._l4 << 12));
    }

    /// <summary>All ones when the canonical value is odd ("negative" in RFC 9496), else zero.</summary>
    public ulong NegativeMask() => 0 - (Canonical()._l0 & 1);

    /// <summary>All ones when the value is zero modulo p, else zero.</summary>
    public ulong ZeroMask()
    {
        FieldElement c = Canonical();
        ulong any = c._l0 | c._l1 | c._l2 | c._l3 | c._l4;
        // any < 2^51, so any - 1 has its top bit set for zero only.
        return (ulong)((long)(any - 1) >> 63);
    }

    public static ulong EqualMask(in FieldElement a, in FieldElement b) => (a - b).ZeroMask();

    /// <summary><paramref name="a"/> where the mask is all ones, <paramref name="b"/> where it is zero.</summary>
    public static FieldElement Select(ulong mask, in FieldElement a, in FieldElement b) => new(
        b._l0 ^ (mask & (a._l0 ^ b._l0)),
        b._l1 ^ (mask & (a._l1 ^ b._l1)),
        b._l2 ^ (mask & (a._l2 ^ b._l2)),
        b._l3 ^ (mask & (a._l3 ^ b._l3)),
        b._l4 ^ (mask & (a._l4 ^ b._l4)));

    /// <summary>The negation where the mask is all ones.</summary>
    public FieldElement NegateIf(ulong mask) => Select(mask, -this, this);

    /// <summary>The non-negative one of x and -x.</summary>
    public FieldElement Absolute() => NegateIf(NegativeMask());

    public static FieldElement operator +(in FieldElement a, in FieldElement b)
    {
        Debug.Assert(a.IsLoose && b.IsLoose, "a sum of two loose limbs is below 2^55 and carries into tight ones");
        return Carry(a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4);
    }

    public static FieldElement operator -(in FieldElement a, in FieldElement b)
    {
        FieldElement d = SubtractLazily(a, b);
        return Carry(d._l0, d._l1, d._l2, d._l3, d._l4);
    }

    public static FieldElement operator -(in FieldElement a) => Zero - a;

    /// <summary>a + b without carries: the limbs' bounds add up, and the sum must be loose.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement AddLazily(in FieldElement a, in FieldElement b)
    {
        FieldElement r = new(a._l0 + b._l0, a._l1 + b._l1, a._l2 + b._l2, a._l3 + b._l3, a._l4 + b._l4);
        Debug.Assert(r.IsLoose, "an uncarried sum stays loose");
        return r;
    }

    /// <summary>
    /// a - b + 4p without carries. The limbs of 4p are at least 2^53 - 76, so limbs of b up to that do not wrap; with a's below 2^53 the
    /// result is below 2^54, loose.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement SubtractLazily(in FieldElement a, in FieldElement b)
    {
        Debug.Assert(a.Below(1UL << 53) && b.Below((1UL << 53) - 75), "limbs of a difference neither wrap nor leave the loose range");
        const ulong First = 0x1FFFFFFFFFFFB4;
        const ulong Other = 0x1FFFFFFFFFFFFC;
        return new FieldElement(
            a._l0 + First - b._l0, a._l1 + Other - b._l1, a._l2 + Other - b._l2, a._l3 + Other - b._l3, a._l4 + Other - b._l4);
    }

    /// <summary>
    /// a - b + 2p without carries, for a tight b: the limbs of 2p are at least 2^52 - 38. The result's limbs are below a's plus 2^52.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static FieldElement SubtractTightLazily(in FieldElement a, in FieldElement b)
    {
        Debug.Assert(a.Below(1UL << 53) && b.IsTight, "limbs of a difference neither wrap nor leave the loose range");
        const ulong First = 0xFFFFFFFFFFFDA;
        const ulong Other = 0xFFFFFFFFFFFFE;
        return new FieldElement(
            a._l0 + First - b._l0, a._l1 + Other - b._l1, a._l2 + Other - b._l2, a._l3 + Other - b._l3, a._l4 + Other - b._l4);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static FieldElement operator *(in FieldElement a, in FieldElement b)
    {
        Debug.Assert(a.IsLoose && b.IsLoose, "factors are loose");
        ulong a0 = a._l0, a1 = a._l1, a2 = a._l2, a3 = a._l3, a4 = a._l4;
        ulong b0 = b._l0, b1 = b._l1, b2 = b._l2, b3 = b._l3, b4 = b._l4;
        ulong s0 = a0 << 10, s1 = a1 << 10, s2 = a2 << 10, s3 = a3 << 10, s4 = a4 << 10;

        // 2^255 = 19 modulo p: what overflows the fifth limb returns times 19; 19 * 2^54 < 2^59.
        ulong n1 = 19 * b1, n2 = 19 * b2, n3 = 19 * b3, n4 = 19 * b4;

        ulong h0 = High(s0, b0) + High(s1, n4) + High(s2, n3) + High(s3, n2) + High(s4, n1);
        ulong l0 = (a0 * b0) + (a1 * n4) + (a2 * n3) + (a3 * n2) + (a4 * n1) - (h0 << 54);
        ulong h1 = High(s0, b1) + High(s1, b0) + High(s2, n4) + High(s3, n3) + High(s4, n2);
        ulong l1 = (a0 * b1) + (a1 * b0) + (a2 * n4) + (a3 * n3) + (a4 * n2) - (h1 << 54);
        ulong h2 = High(s0, b2) + High(s1, b1) + High(s2, b0) + High(s3, n4) + High(s4, n3);
        ulong l2 = (a0 * b2) + (a1 * b1) + (a2 * b0) + (a3 * n4) + (a4 * n3) - (h2 << 54);
        ulong h3 = High(s0, b3) + High(s1, b2) + High(s2, b1) + High(s3, b0) + High(s4, n4);
        ulong l3 = (a0 * b3) + (a1 * b2) + (a2 * b1) + (a3 * b0) + (a4 * n4) - (h3 << 54);
        ulong h4 = High(s0, b4) + High(s1, b3) + High(s2, b2) + High(s3, b1) + High(s4, b0);
        ulong l4 = (a0 * b4) + (a1 * b3) + (a2 * b2) + (a3 * b1) + (a4 * b0) - (h4 << 54);
        return Recombine(h0, l0, h1, l1, h2, l2, h3, l3, h4, l4);
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public FieldElement Square()
    {
        Debug.Assert(IsLoose, "factors are loose");
        ulong a0 = _l0, a1 = _l1, a2 = _l2, a3 = _l3, a4 = _l4;
        ulong s0 = a0 << 10, s1 = a1 << 10, s2 = a2 << 10, s3 = a3 << 10, s4 = a4 << 10;

        // The largest multiplier is 38 * 2^54 < 2^60; the columns' bounds are those of the product.
        ulong d1 = 2 * a1, d2 = 2 * a2, d3 = 2 * a3, d4 = 2 * a4;
        ulong n3 = 19 * a3, n4 = 19 * a4, e3 = 2 * n3, e4 = 2 * n4;

        ulong h0 = High(s0, a0) + High(s1, e4) + High(s2, e3);
        ulong l0 = (a0 * a0) + (a1 * e4) + (a2 * e3) - (h0 << 54);
        ulong h1 = High(s0, d1) + High(s2, e4) + High(s3, n3);
        ulong l1 = (a0 * d1) + (a2 * e4) + (a3 * n3) - (h1 << 54);
        ulong h2 = High(s0, d2) + High(s1, a1) + High(s3, e4);
        ulong l2 = (a0 * d2) + (a1 * a1) + (a3 * e4) - (h2 << 54);
        ulong h3 = High(s0, d3) + High(s1, d2) + High(s4, n4);
        ulong l3 = (a0 * d3) + (a1 * d2) + (a4 * n4) - (h3 << 54);
        ulong h4 = High(s0, d4) + High(s1, d3) + High(s2, a2);
        ulong l4 = (a0 * d4) + (a1 * d3) + (a2 * a2) - (h4 << 54);
        return Recombine(h0, l0, h1, l1, h2, l2, h3, l3, h4, l4);
    }

    /// <summary>x^(2^count).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public FieldElement SquareTimes(int count)
    {
        FieldElement r = this;
        for (int i = 0; i < count; i++)
        {
            r = r.Square();
        }

        return r;
    }

    // A high part weighs 2^54 = 8 * 2^51, one limb further up. Column sums in units of 2^54: h0 <= 1 + 4 * 19 = 77, h4 <= 5, l <= 5.
    // Largest: l0 + 19 * 8 * h4 <= 5 + 760 = 765 and l1 + 8 * h0 <= 5 + 616 = 621, both below 1024 (2^64).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Recombine(
        ulong h0, ulong l0, ulong h1, ulong l1, ulong h2, ulong l2, ulong h3, ulong l3, ulong h4, ulong l4) =>
        Carry(l0 + (152 * h4), l1 + (8 * h0), l2 + (8 * h1), l3 + (8 * h2), l4 + (8 * h3));

    // Any 64-bit limbs: a carry is below 2^13, so limb 0 ends below 2^51 + 19 * 2^13 < 2^51 + 2^18 and the others below 2^51 + 2^13: tight.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static FieldElement Carry(ulong t0, ulong t1, ulong t2, ulong t3, ulong t4) => new(
        (t0 & Mask) + (19 * (t4 >> 51)),
        (t1 & Mask) + (t0 >> 51),
        (t2 & Mask) + (t1 >> 51),
        (t3 & Mask) + (t2 >> 51),
        (t4 & Mask) + (t3 >> 51));

    private FieldElement Canonical()
    {
        // Two rounds leave limbs of at most 2^51 + 19, hence a value below 2p; q is then 1 exactly when the value is at least p.
        FieldElement c = Carry(_l0, _l1, _l2, _l3, _l4);
        c = Carry(c._l0, c._l1, c._l2, c._l3, c._l4);
        ulong q = (c._l0 + 19) >> 51;
        q = (c._l1 + q) >> 51;
        q = (c._l2 + q) >> 51;
        q = (c._l3 + q) >> 51;
        q = (c._l4 + q) >> 51;
        ulong t0 = c._l0 + (19 * q);
        ulong t1 = c._l1 + (t0 >> 51);
        ulong t2 = c._l2 + (t1 >> 51);
        ulong t3 = c._l3 + (t2 >> 51);
        ulong t4 = c._l4 + (t3 >> 51);
        return new FieldElement(t0 & Mask, t1 & Mask, t2 & Mask, t3 & Mask, t4 & Mask);
    }

    private bool Below(ulong limit) => _l0 < limit && _l1 < limit && _l2 < limit && _l3 < limit && _l4 < limit;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(ulong a, ulong b) =>
        Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);
}
