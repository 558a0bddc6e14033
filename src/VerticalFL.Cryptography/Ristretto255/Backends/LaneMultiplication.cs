// ScalarMultiplication in lanes: signed radix-16 digits, one table of 0P .. 8P per lane, 63 groups of four doublings and 64 additions.
// Adversary: one who measures time and cache access. Every entry of the table is read for every digit, whatever the scalars; that all lanes
// may have the same scalar is not made use of.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Ristretto255.Backends;

internal static class LaneMultiplication<T>
    where T : unmanaged, ILaneField<T>
{
    private const int Stride = 8;
    private const int Entries = 9;

    /// <summary>scalars[i] times the point in lane i; missing scalars count as zero.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LanePoint<T> Multiply(ReadOnlySpan<Scalar> scalars, in LanePoint<T> point)
    {
        Span<byte> magnitudes = stackalloc byte[ScalarMultiplication.Digits * Stride];
        Span<byte> signs = stackalloc byte[ScalarMultiplication.Digits];
        Recode(scalars, magnitudes, signs);

        // The summands' four coordinates, as LanePoint.Add takes them; index i holds i times the point.
        Span<T> table = stackalloc T[4 * Entries];
        Span<T> yPlusX = table[..Entries], yMinusX = table.Slice(Entries, Entries);
        Span<T> twoZ = table.Slice(2 * Entries, Entries), twoDT = table.Slice(3 * Entries, Entries);
        T one = LaneRoots<T>.One;
        var identity = new LanePoint<T>(default, one, one, default);
        LanePoint<T> multiple = identity;
        for (int i = 0; i < Entries; i++)
        {
            if (i > 0)
            {
                multiple = i == 1 ? point : multiple.Add(yPlusX[1], yMinusX[1], twoZ[1], twoDT[1]);
            }

            yPlusX[i] = multiple.Y + multiple.X;
            yMinusX[i] = multiple.Y - multiple.X;
            twoZ[i] = multiple.Z + multiple.Z;
            twoDT[i] = multiple.T4 * LaneRoots<T>.TwoD;
        }

        Span<uint> masks = stackalloc uint[Entries];
        LanePoint<T> sum = identity;
        for (int digit = ScalarMultiplication.Digits - 1; digit >= 0; digit--)
        {
            if (digit < ScalarMultiplication.Digits - 1)
            {
                sum = sum.DoubleTimes(4);
            }

            Vector128<byte> magnitude = Vector128.CreateScalar(BitConverter.ToUInt64(magnitudes.Slice(digit * Stride, Stride))).AsByte();
            for (int i = 0; i < Entries; i++)
            {
                masks[i] = Vector128.Equals(magnitude, Vector128.Create((byte)i)).ExtractMostSignificantBits() & 0xFF;
            }

            // The negative of a summand swaps its first two coordinates and negates the last.
            uint negative = signs[digit];
            T plus = T.Choose(yPlusX, masks);
            T minus = T.Choose(yMinusX, masks);
            sum = sum.Add(
                T.Select(negative, minus, plus),
                T.Select(negative, plus, minus),
                T.Choose(twoZ, masks),
                T.Choose(twoDT, masks).NegateIf(negative));
        }

        CryptographicOperations.ZeroMemory(magnitudes);
        CryptographicOperations.ZeroMemory(signs);
        return sum;
    }

    // Digit d of lane i: its magnitude at magnitudes[8 d + i], its sign in bit i of signs[d].
    private static void Recode(ReadOnlySpan<Scalar> scalars, Span<byte> magnitudes, Span<byte> signs)
    {
        Span<sbyte> digits = stackalloc sbyte[ScalarMultiplication.Digits];
        magnitudes.Clear();
        signs.Clear();
        for (int lane = 0; lane < scalars.Length; lane++)
        {
            ScalarMultiplication.Recode(scalars[lane], digits);
            for (int i = 0; i < ScalarMultiplication.Digits; i++)
            {
                int sign = digits[i] >> 31;
                magnitudes[(i * Stride) + lane] = (byte)((digits[i] ^ sign) - sign);
                signs[i] |= (byte)((sign & 1) << lane);
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(digits));
    }
}
