// The field GF(2^128) = GF(2)[x] / (x^128 + x^7 + x^2 + x + 1).
//
// Reference: the polynomial of NIST SP 800-38D section 6.3; irreducible and primitive. Bit order is ours, not GCM's reflected one: bit i of
// the little-endian integer is the coefficient of x^i. A GCM block becomes an element by reversing the bits inside every byte.
// Inversion: Itoh-Tsujii (1988), a^(2^128 - 2) by a fixed chain. Adversary: constant time in all operands.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields.Backends;

namespace VerticalFL.Cryptography.Fields;

/// <summary>
/// An element of GF(2^128), and the 128-bit block of the protocols that compute in it. Sixteen bytes, little-endian; does not print.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct Gf128(ulong low, ulong high) : IEquatable<Gf128>
{
    /// <summary>Bytes of an element.</summary>
    public const int Size = 16;

    /// <summary>Coefficients of x^0 to x^63.</summary>
    public readonly ulong Low = low;

    /// <summary>Coefficients of x^64 to x^127.</summary>
    public readonly ulong High = high;

    /// <summary>1.</summary>
    public static Gf128 One => new(1, 0);

    /// <summary>True for 0; constant time.</summary>
    public bool IsZero => (Low | High) == 0;

    /// <summary>Reads 16 little-endian bytes; every value is an element.</summary>
    public static Gf128 Read(ReadOnlySpan<byte> source) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(source), BinaryPrimitives.ReadUInt64LittleEndian(source[8..]));

    /// <summary>A uniform element from the operating system's generator; 0 with probability 2^-128.</summary>
    public static Gf128 Random()
    {
        Span<byte> bytes = stackalloc byte[Size];
        RandomNumberGenerator.Fill(bytes);
        Gf128 element = Read(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return element;
    }

    /// <summary>All ones when the lowest bit of <paramref name="bit"/> is set, else 0: a mask for <c>&amp;</c>.</summary>
    public static Gf128 Mask(int bit)
    {
        ulong mask = 0UL - (ulong)(bit & 1);
        return new Gf128(mask, mask);
    }

    /// <summary>Sum, which is also the difference and the exclusive or of blocks.</summary>
    public static Gf128 operator ^(Gf128 a, Gf128 b) => new(a.Low ^ b.Low, a.High ^ b.High);

    /// <summary>Bitwise and.</summary>
    public static Gf128 operator &(Gf128 a, Gf128 b) => new(a.Low & b.Low, a.High & b.High);

    /// <summary>Product.</summary>
    public static Gf128 operator *(Gf128 a, Gf128 b) => Pclmulqdq.IsSupported ? Pclmul128.Multiply(a, b) : PortableGf128.Multiply(a, b);

    /// <summary>Writes 16 little-endian bytes.</summary>
    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(destination, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], High);
    }

    /// <summary>Bit i of the integer, the coefficient of x^i.</summary>
    public int Bit(int i) => (int)((i < 64 ? Low >> i : High >> (i - 64)) & 1);

    /// <summary>The square.</summary>
    public Gf128 Square() => this * this;

    /// <summary>The inverse; 0 for 0.</summary>
    public Gf128 Invert()
    {
        // power = a^(2^k - 1) for k = 1, 2, 4, ..., 64; their composition has exponent 2^127 - 1, squared once: 2^128 - 2.
        Gf128 power = this;
        Gf128 all = this;
        for (int k = 1; k < 64; k *= 2)
        {
            power *= SquareRepeatedly(power, k);
            all = SquareRepeatedly(all, 2 * k) * power;
        }

        return all.Square();
    }

    /// <summary>Equality in constant time.</summary>
    public bool Equals(Gf128 other) => ((Low ^ other.Low) | (High ^ other.High)) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Gf128 other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Low, High);

    private static Gf128 SquareRepeatedly(Gf128 a, int times)
    {
        for (int i = 0; i < times; i++)
        {
            a = a.Square();
        }

        return a;
    }
}
