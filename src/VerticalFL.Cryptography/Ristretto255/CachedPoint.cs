using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace VerticalFL.Cryptography.Ristretto255;

/// <summary>A summand prepared for <see cref="EdwardsPoint.Add"/>: (Y + X, Y - X, 2Z, 2dT), and its selection from a table.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct CachedPoint
{
    private const int Vectors = 5;

    public readonly FieldElement YPlusX;
    public readonly FieldElement YMinusX;
    public readonly FieldElement TwoZ;
    public readonly FieldElement TwoDT;

    public CachedPoint(in EdwardsPoint p)
        : this(p.Y + p.X, p.Y - p.X, p.Z + p.Z, p.T * FieldRoots.TwoD)
    {
    }

    private CachedPoint(in FieldElement yPlusX, in FieldElement yMinusX, in FieldElement twoZ, in FieldElement twoDT)
    {
        YPlusX = yPlusX;
        YMinusX = yMinusX;
        TwoZ = twoZ;
        TwoDT = twoDT;
    }

    private static CachedPoint Identity => new(EdwardsPoint.Identity);

    /// <summary>
    /// digit times P for a secret digit in [-8, 8], where table[i] = (i + 1) P. Every entry is read, whatever the digit.
    /// </summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static CachedPoint Select(ReadOnlySpan<CachedPoint> table, int digit)
    {
        ulong negative = (ulong)((long)digit >> 63);
        long magnitude = (digit ^ (long)negative) - (long)negative;

        CachedPoint chosen = Identity;
        ref Vector256<ulong> sum = ref Unsafe.As<CachedPoint, Vector256<ulong>>(ref chosen);
        ReadOnlySpan<Vector256<ulong>> entries = MemoryMarshal.Cast<CachedPoint, Vector256<ulong>>(table);
        Vector256<ulong> v0 = sum, v1 = Unsafe.Add(ref sum, 1), v2 = Unsafe.Add(ref sum, 2);
        Vector256<ulong> v3 = Unsafe.Add(ref sum, 3), v4 = Unsafe.Add(ref sum, 4);
        for (int i = 0; i < table.Length; i++)
        {
            // magnitude xor (i + 1) is in [0, 15]: minus one is negative for equality only.
            Vector256<ulong> mask = Vector256.Create((ulong)(((magnitude ^ (i + 1)) - 1) >> 63));
            ReadOnlySpan<Vector256<ulong>> entry = entries.Slice(i * Vectors, Vectors);
            v0 = Vector256.ConditionalSelect(mask, entry[0], v0);
            v1 = Vector256.ConditionalSelect(mask, entry[1], v1);
            v2 = Vector256.ConditionalSelect(mask, entry[2], v2);
            v3 = Vector256.ConditionalSelect(mask, entry[3], v3);
            v4 = Vector256.ConditionalSelect(mask, entry[4], v4);
        }

        sum = v0;
        Unsafe.Add(ref sum, 1) = v1;
        Unsafe.Add(ref sum, 2) = v2;
        Unsafe.Add(ref sum, 3) = v3;
        Unsafe.Add(ref sum, 4) = v4;
        return new CachedPoint(
            FieldElement.Select(negative, chosen.YMinusX, chosen.YPlusX),
            FieldElement.Select(negative, chosen.YPlusX, chosen.YMinusX),
            chosen.TwoZ,
            chosen.TwoDT.NegateIf(negative));
    }
}
