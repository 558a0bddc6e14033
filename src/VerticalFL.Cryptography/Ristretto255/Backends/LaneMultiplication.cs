// ScalarMultiplication in lanes: signed radix-16 digits, one table of 0P .. 8P per lane, 63 groups of four doublings and 64 additions.
// Adversary: one who measures time and cache access. Every entry of the table is read for every digit, whatever the scalars; that all lanes
// may have the same scalar is not made use of.
using System.Buffers.Binary;
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
    private const int Alignment = 64;

    private static int StepElements => Unsafe.SizeOf<LaneSteps<T>>() / Unsafe.SizeOf<T>();

    /// <summary>scalars[i] times the point in lane i; missing scalars count as zero.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static LanePoint<T> Multiply(ReadOnlySpan<Scalar> scalars, in LanePoint<T> point)
    {
        Span<byte> digits = stackalloc byte[ScalarMultiplication.Digits * Stride];
        Recode(scalars, digits);

        // At a multiple of 64 bytes: the steps, the summand, and the table of summands, row i for i times the point.
        Span<byte> unaligned = stackalloc byte[(StepElements + (4 * (Entries + 1))) * Unsafe.SizeOf<T>() + Alignment];
        Span<T> work = Align(unaligned);
        ref LaneSteps<T> steps = ref Unsafe.As<T, LaneSteps<T>>(ref work[0]);
        Span<T> summand = work.Slice(StepElements, 4), table = work.Slice(StepElements + 4, 4 * Entries);
        T one = LaneRoots<T>.One;
        var identity = new LanePoint<T>(default, one, one, default);
        steps.Point = identity;
        for (int i = 0; i < Entries; i++)
        {
            if (i == 1)
            {
                steps.Point = point;
            }
            else if (i > 1)
            {
                steps.Add(table.Slice(4, 4), withT: true);
            }

            LanePoint<T> multiple = steps.Point;
            Span<T> row = table.Slice(4 * i, 4);
            row[0] = multiple.Y + multiple.X;
            row[1] = multiple.Y - multiple.X;
            row[2] = multiple.Z + multiple.Z;
            T.Multiply(multiple.T4, LaneRoots<T>.TwoD, out row[3]);
        }

        Span<uint> masks = stackalloc uint[Entries];
        steps.Point = identity;
        for (int digit = ScalarMultiplication.Digits - 1; digit >= 0; digit--)
        {
            if (digit < ScalarMultiplication.Digits - 1)
            {
                steps.DoubleTimes(4);
            }

            var lanes = Vector128.CreateScalar(BitConverter.ToInt64(digits.Slice(digit * Stride, Stride))).AsSByte();
            Vector128<byte> magnitude = Vector128.Abs(lanes).AsByte();
            for (int i = 0; i < Entries; i++)
            {
                masks[i] = Vector128.Equals(magnitude, Vector128.Create((byte)i)).ExtractMostSignificantBits() & 0xFF;
            }

            // The negative of a summand swaps its first two coordinates and negates the last.
            uint negative = lanes.ExtractMostSignificantBits();
            T.ChooseFour(table, masks, summand);
            T plus = summand[0], minus = summand[1];
            summand[0] = T.Select(negative, minus, plus);
            summand[1] = T.Select(negative, plus, minus);
            summand[3] = summand[3].NegateIf(negative);
            steps.Add(summand, withT: digit == 0);
        }

        LanePoint<T> product = steps.Point;
        CryptographicOperations.ZeroMemory(digits);
        return product;
    }

    // The stack does not move, so that what is aligned stays so.
    private static unsafe Span<T> Align(Span<byte> memory)
    {
        int past = (int)((nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(memory)) % Alignment);
        return MemoryMarshal.Cast<byte, T>(memory[((Alignment - past) % Alignment)..]);
    }

    // Digit d of lane i, from -8 to 7, at digits[8 d + i]: the nibbles of scalar + 88..8, less 8. A scalar is below 2^253, so that the sum
    // has 64 nibbles.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Recode(ReadOnlySpan<Scalar> scalars, Span<byte> digits)
    {
        Span<byte> sum = stackalloc byte[Scalar.Size];
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(sum);
        digits.Clear();
        for (int lane = 0; lane < scalars.Length; lane++)
        {
            scalars[lane].Encode(sum);
            UInt128 carry = 0;
            for (int i = 0; i < words.Length; i++)
            {
                ulong word = BitConverter.IsLittleEndian ? words[i] : BinaryPrimitives.ReverseEndianness(words[i]);
                carry += (UInt128)word + 0x8888888888888888;
                BinaryPrimitives.WriteUInt64LittleEndian(sum[(sizeof(ulong) * i)..], (ulong)carry);
                carry >>= 64;
            }

            ref byte digit = ref digits[lane];
            for (nint i = 0; i < Scalar.Size; i++)
            {
                int pair = sum[(int)i];
                Unsafe.Add(ref digit, 2 * i * Stride) = (byte)((pair & 15) - 8);
                Unsafe.Add(ref digit, ((2 * i) + 1) * Stride) = (byte)((pair >> 4) - 8);
            }
        }

        CryptographicOperations.ZeroMemory(sum);
    }
}
