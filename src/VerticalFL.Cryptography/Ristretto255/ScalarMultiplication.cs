// Scalar multiplication, constant time in the scalar.
//
// Signed radix-16 digits, one table of 1P .. 8P, 63 groups of four doublings and 64 additions.
// Reference: Bernstein, Duif, Lange, Schwabe, Yang, "High-speed high-security signatures" (2012), section 4, for the recoding.
// Adversary: one who measures time and cache access; digits select by masks over the whole table.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Ristretto255;

internal static class ScalarMultiplication
{
    public const int Digits = 64;
    private const int TableSize = 8;

    // Row i holds 1 .. 8 times 16^(2i) B: two passes over the rows (odd digits, then even ones) need four doublings in all.
    private static readonly Lazy<CachedPoint[]> BaseTable = new(BuildBaseTable);

    /// <summary>scalar times point.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsPoint Multiply(in Scalar scalar, in EdwardsPoint point)
    {
        Span<sbyte> digits = stackalloc sbyte[Digits];
        Span<CachedPoint> table = stackalloc CachedPoint[TableSize];
        Recode(scalar, digits);
        FillTable(table, point);

        EdwardsPoint sum = EdwardsPoint.Add(EdwardsPoint.Identity, CachedPoint.Select(table, digits[Digits - 1]));
        for (int i = Digits - 2; i >= 0; i--)
        {
            sum = EdwardsPoint.Add(sum.DoubleTimes(4), CachedPoint.Select(table, digits[i]));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(digits));
        return sum;
    }

    /// <summary>scalar times the base point, from a table made at first use (40 KiB).</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsPoint MultiplyBase(in Scalar scalar)
    {
        ReadOnlySpan<CachedPoint> table = BaseTable.Value;
        Span<sbyte> digits = stackalloc sbyte[Digits];
        Recode(scalar, digits);

        EdwardsPoint sum = EdwardsPoint.Identity;
        for (int i = 1; i < Digits; i += 2)
        {
            sum = EdwardsPoint.Add(sum, CachedPoint.Select(table.Slice(i / 2 * TableSize, TableSize), digits[i]));
        }

        sum = sum.DoubleTimes(4);
        for (int i = 0; i < Digits; i += 2)
        {
            sum = EdwardsPoint.Add(sum, CachedPoint.Select(table.Slice(i / 2 * TableSize, TableSize), digits[i]));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(digits));
        return sum;
    }

    private static CachedPoint[] BuildBaseTable()
    {
        var table = new CachedPoint[Digits / 2 * TableSize];
        EdwardsPoint power = EdwardsPoint.Base;
        for (int row = 0; row < Digits / 2; row++)
        {
            FillTable(table.AsSpan(row * TableSize, TableSize), power);
            power = power.DoubleTimes(8);
        }

        return table;
    }

    private static void FillTable(Span<CachedPoint> table, in EdwardsPoint point)
    {
        table[0] = new CachedPoint(point);
        EdwardsPoint multiple = point;
        for (int i = 1; i < TableSize; i++)
        {
            multiple = EdwardsPoint.Add(multiple, table[0]);
            table[i] = new CachedPoint(multiple);
        }
    }

    // Nibbles 0 .. 15 become digits -8 .. 7 by carrying 16 upwards. A scalar is below 2^253, so the last nibble is at most 1 and stays
    // non-negative after the carry.
    public static void Recode(in Scalar scalar, Span<sbyte> digits)
    {
        Span<byte> bytes = stackalloc byte[Scalar.Size];
        scalar.Encode(bytes);
        int carry = 0;
        for (int i = 0; i < Digits; i++)
        {
            int nibble = ((bytes[i >> 1] >> (4 * (i & 1))) & 15) + carry;
            carry = (nibble + 8) >> 4;
            digits[i] = (sbyte)(nibble - (carry << 4));
        }

        CryptographicOperations.ZeroMemory(bytes);
    }
}
