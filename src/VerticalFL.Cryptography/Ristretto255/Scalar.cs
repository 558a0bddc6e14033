// Integers modulo L = 2^252 + 27742317777372353535851937790883648493, the order of ristretto255.
//
// Reference: RFC 9496 section 4.4 (canonical decoding, reduction of 64 bytes). Montgomery products (Montgomery 1985) with R = 2^256.
// Secrets: constant time; the inversion's exponent is the public L - 2.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Ristretto255;

/// <summary>
/// An integer modulo the group's order; the default value is zero. Scalars are secrets as a rule: they do not print, and compare in
/// constant time only.
/// </summary>
public readonly struct Scalar
{
    /// <summary>Bytes of an encoding.</summary>
    public const int Size = 32;

    /// <summary>Bytes that <see cref="FromUniformBytes"/> reduces.</summary>
    public const int UniformSize = 64;

    private const int StackScalars = 64;

    private const ulong L0 = 0x5812631a5cf5d3ed;
    private const ulong L1 = 0x14def9dea2f79cd6;
    private const ulong L3 = 0x1000000000000000;

    // -1/L modulo 2^64.
    private const ulong MontgomeryFactor = 0xd2b51da312547e1b;

    // Always below L.
    private readonly ulong _w0;
    private readonly ulong _w1;
    private readonly ulong _w2;
    private readonly ulong _w3;

    private Scalar(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        _w0 = w0;
        _w1 = w1;
        _w2 = w2;
        _w3 = w3;
    }

    /// <summary>0.</summary>
    public static Scalar Zero => default;

    /// <summary>1.</summary>
    public static Scalar One => new(1, 0, 0, 0);

    /// <summary>True for 0.</summary>
    public bool IsZero => (_w0 | _w1 | _w2 | _w3) == 0;

    // R modulo L and R^2 modulo L.
    private static Scalar R => new(0xd6ec31748d98951d, 0xc6ef5bf4737dcf70, 0xfffffffffffffffe, 0x0fffffffffffffff);

    private static Scalar R2 => new(0xa40611e3449c0f01, 0xd00e1ba768859347, 0xceec73d217f5be65, 0x0399411b7c309a3d);

    /// <summary>A small public integer.</summary>
    public static Scalar FromUInt64(ulong value) => new(value, 0, 0, 0);

    /// <summary>Reads 32 little-endian bytes.</summary>
    /// <returns>False for another length or a value of L or more; <paramref name="scalar"/> is then zero.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> encoding, out Scalar scalar)
    {
        scalar = default;
        if (encoding.Length != Size)
        {
            return false;
        }

        Scalar raw = ReadRaw(encoding);
        Subtract(raw._w0, raw._w1, raw._w2, raw._w3, out ulong borrow);
        if (borrow == 0)
        {
            return false;
        }

        scalar = raw;
        return true;
    }

    /// <summary>Reduces 64 little-endian bytes; uniform bytes give a scalar within 2^-250 of uniform.</summary>
    /// <exception cref="ArgumentException">There are not 64 bytes.</exception>
    public static Scalar FromUniformBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != UniformSize)
        {
            throw new ArgumentException($"A scalar is reduced from {UniformSize} bytes, not {bytes.Length}.", nameof(bytes));
        }

        // low R / R + high R^2 / R = low + high 2^256; Montgomery products take any left factor below 2^256.
        return MontgomeryProduct(ReadRaw(bytes[..32]), R) + MontgomeryProduct(ReadRaw(bytes[32..]), R2);
    }

    /// <summary>A uniform nonzero scalar from the operating system's generator.</summary>
    public static Scalar Random()
    {
        Span<byte> bytes = stackalloc byte[UniformSize];
        Scalar scalar;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            scalar = FromUniformBytes(bytes);
        }
        while (scalar.IsZero);

        CryptographicOperations.ZeroMemory(bytes);
        return scalar;
    }

    /// <summary>Uniform nonzero scalars from the operating system's generator, asked once per 64.</summary>
    internal static void FillRandom(Span<Scalar> scalars)
    {
        Span<byte> bytes = stackalloc byte[StackScalars * UniformSize];
        for (int start = 0; start < scalars.Length; start += StackScalars)
        {
            Span<Scalar> part = scalars.Slice(start, Math.Min(StackScalars, scalars.Length - start));
            RandomNumberGenerator.Fill(bytes[..(part.Length * UniformSize)]);
            for (int i = 0; i < part.Length; i++)
            {
                part[i] = FromUniformBytes(bytes.Slice(i * UniformSize, UniformSize));
                if (part[i].IsZero)
                {
                    part[i] = Random();
                }
            }
        }

        CryptographicOperations.ZeroMemory(bytes);
    }

    /// <summary>Sum modulo L.</summary>
    public static Scalar operator +(in Scalar a, in Scalar b)
    {
        // Both are below L < 2^253: the sum fits in 254 bits.
        UInt128 t = (UInt128)a._w0 + b._w0;
        ulong w0 = (ulong)t;
        t = (t >> 64) + a._w1 + b._w1;
        ulong w1 = (ulong)t;
        t = (t >> 64) + a._w2 + b._w2;
        ulong w2 = (ulong)t;
        return ReduceOnce(w0, w1, w2, (ulong)(t >> 64) + a._w3 + b._w3);
    }

    /// <summary>Negation modulo L.</summary>
    public static Scalar operator -(in Scalar a)
    {
        // L - a is in [1, L]; L itself (a = 0) reduces to 0.
        ulong w0 = L0 - a._w0;
        ulong borrow = L0 < a._w0 ? 1UL : 0;
        UInt128 t = (UInt128)L1 - a._w1 - borrow;
        ulong w1 = (ulong)t;
        t = (UInt128)0 - a._w2 - ((ulong)(t >> 64) & 1);
        ulong w2 = (ulong)t;
        return ReduceOnce(w0, w1, w2, L3 - a._w3 - ((ulong)(t >> 64) & 1));
    }

    /// <summary>Difference modulo L.</summary>
    public static Scalar operator -(in Scalar a, in Scalar b) => a + -b;

    /// <summary>Product modulo L.</summary>
    public static Scalar operator *(in Scalar a, in Scalar b) => MontgomeryProduct(MontgomeryProduct(a, b), R2);

    /// <summary>Equality in constant time.</summary>
    public static bool FixedTimeEquals(in Scalar a, in Scalar b) =>
        ((a._w0 ^ b._w0) | (a._w1 ^ b._w1) | (a._w2 ^ b._w2) | (a._w3 ^ b._w3)) == 0;

    /// <summary>
    /// Replaces every scalar by its inverse with one inversion and three products each (Montgomery's trick).
    /// </summary>
    /// <exception cref="ArgumentException">One of them is zero.</exception>
    public static void InvertAll(Span<Scalar> scalars)
    {
        Span<Scalar> prefix = scalars.Length <= StackScalars
            ? stackalloc Scalar[StackScalars]
            : GC.AllocateUninitializedArray<Scalar>(scalars.Length, pinned: true);

        // prefix[i] = s_0 .. s_(i-1) / R^(i-1), and with P the last product Montgomery's factors cancel: P_(i-1) (1 / P_i) / R = 1 / s_i.
        Scalar product = R;
        for (int i = 0; i < scalars.Length; i++)
        {
            prefix[i] = product;
            product = MontgomeryProduct(product, scalars[i]);
        }

        if (product.IsZero)
        {
            throw new ArgumentException("Zero has no inverse.", nameof(scalars));
        }

        Scalar inverse = product.Invert();
        for (int i = scalars.Length - 1; i >= 0; i--)
        {
            (scalars[i], inverse) = (MontgomeryProduct(prefix[i], inverse), MontgomeryProduct(inverse, scalars[i]));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(prefix));
    }

    /// <summary>The inverse modulo L; zero for zero, as in the power L - 2.</summary>
    public Scalar Invert()
    {
        Span<Scalar> powers = stackalloc Scalar[16];
        powers[0] = R;
        powers[1] = MontgomeryProduct(this, R2);
        for (int i = 2; i < powers.Length; i++)
        {
            powers[i] = MontgomeryProduct(powers[i - 1], powers[1]);
        }

        ReadOnlySpan<ulong> exponent = [L0 - 2, L1, 0, L3];
        Scalar result = R;
        for (int i = 63; i >= 0; i--)
        {
            for (int j = 0; j < 4; j++)
            {
                result = MontgomeryProduct(result, result);
            }

            // The exponent is public, so the index is.
            result = MontgomeryProduct(result, powers[(int)(exponent[i >> 4] >> (4 * (i & 15))) & 15]);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(powers));
        return MontgomeryProduct(result, One);
    }

    /// <summary>Writes 32 little-endian bytes.</summary>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public void Encode(Span<byte> destination)
    {
        if (destination.Length != Size)
        {
            throw new ArgumentException($"A scalar takes {Size} bytes, not {destination.Length}.", nameof(destination));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(destination, _w0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _w1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _w2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _w3);
    }

    /// <summary>"[redacted]".</summary>
    public override string ToString() => "[redacted]";

    private static Scalar ReadRaw(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt64LittleEndian(bytes),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));

    // a b / R modulo L for a < 2^256 and b < L. After each of the four steps the running value is below 2L + 2^64 L / 2^64 < 2^255, so four
    // words and one carry word hold it; at the end it is below (a b + R L) / R < 2L, and one subtraction reduces it.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static Scalar MontgomeryProduct(in Scalar a, in Scalar b)
    {
        ulong b0 = b._w0, b1 = b._w1, b2 = b._w2, b3 = b._w3;
        (ulong t0, ulong t1, ulong t2, ulong t3) = Step(a._w0, b0, b1, b2, b3, 0, 0, 0, 0);
        (t0, t1, t2, t3) = Step(a._w1, b0, b1, b2, b3, t0, t1, t2, t3);
        (t0, t1, t2, t3) = Step(a._w2, b0, b1, b2, b3, t0, t1, t2, t3);
        (t0, t1, t2, t3) = Step(a._w3, b0, b1, b2, b3, t0, t1, t2, t3);
        return ReduceOnce(t0, t1, t2, t3);
    }

    // (t + word b + m L) / 2^64 with m chosen so that the division is exact. High halves and carries join one word further up: no sum of two
    // of them and a carry wraps, because a high half is at most 2^64 - 2. L's third word is zero, its fourth 2^60.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (ulong T0, ulong T1, ulong T2, ulong T3) Step(
        ulong word, ulong b0, ulong b1, ulong b2, ulong b3, ulong t0, ulong t1, ulong t2, ulong t3)
    {
        ulong u0 = t0 + (word * b0);
        ulong c0 = High(word, b0) + Carry(u0, t0);
        ulong p1 = word * b1, u1 = t1 + p1;
        ulong c1 = High(word, b1) + Carry(u1, p1);
        ulong p2 = word * b2, u2 = t2 + p2;
        ulong c2 = High(word, b2) + Carry(u2, p2);
        ulong p3 = word * b3, u3 = t3 + p3;
        ulong c3 = High(word, b3) + Carry(u3, p3);
        u1 += c0;
        u2 += c1;
        ulong carry1 = Carry(u1, c0);
        ulong v2 = u2 + carry1;
        ulong carry2 = Carry(u2, c1) + Carry(v2, carry1);
        u3 += c2;
        ulong v3 = u3 + carry2;
        ulong u4 = c3 + Carry(u3, c2) + Carry(v3, carry2);

        ulong m = u0 * MontgomeryFactor;

        // u0 + the low half of m L0 is 0 modulo 2^64: it carries exactly if u0 is not 0.
        ulong d0 = High(m, L0) + (u0 == 0 ? 0UL : 1);
        ulong q1 = m * L1, r1 = u1 + q1;
        ulong d1 = High(m, L1) + Carry(r1, q1);
        r1 += d0;
        d1 += Carry(r1, d0);
        ulong r2 = v2 + d1;
        ulong d2 = Carry(r2, d1);
        ulong q3 = m << 60, r3 = v3 + q3;
        ulong d3 = (m >> 4) + Carry(r3, q3);
        r3 += d2;
        d3 += Carry(r3, d2);
        return (r1, r2, r3, u4 + d3);
    }

    // 1 if a sum with this addend has wrapped.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Carry(ulong sum, ulong addend) => sum < addend ? 1UL : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong High(ulong a, ulong b) => Bmi2.X64.IsSupported ? Bmi2.X64.MultiplyNoFlags(a, b) : Math.BigMul(a, b, out _);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Scalar ReduceOnce(ulong w0, ulong w1, ulong w2, ulong w3)
    {
        Scalar reduced = Subtract(w0, w1, w2, w3, out ulong borrow);
        ulong keep = 0 - borrow;
        return new Scalar(
            reduced._w0 ^ (keep & (reduced._w0 ^ w0)),
            reduced._w1 ^ (keep & (reduced._w1 ^ w1)),
            reduced._w2 ^ (keep & (reduced._w2 ^ w2)),
            reduced._w3 ^ (keep & (reduced._w3 ^ w3)));
    }

    // (w - L modulo 2^256, 1 if w < L else 0).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Scalar Subtract(ulong w0, ulong w1, ulong w2, ulong w3, out ulong borrow)
    {
        ulong r0 = w0 - L0, b0 = Carry(w0, L0);
        ulong r1 = w1 - L1 - b0, b1 = Carry(w1, L1) | (Carry(w1 - L1, b0));
        ulong r2 = w2 - b1, b2 = Carry(w2, b1);
        borrow = Carry(w3, L3) | Carry(w3 - L3, b2);
        return new Scalar(r0, r1, r2, w3 - L3 - b2);
    }
}
