using System.Runtime.CompilerServices;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>
/// The innermost loops of a product: a tile of c stays in registers while k runs. Operands are packed: left[k][row], right[k][column], without gaps.
/// Each element's chain begins with what stands in <c>from</c>: c itself, so that it continues across blocks of k, or one row for all.
/// </summary>
internal static unsafe class ProductTile<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    /// <summary>Eight rows by two registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Tall(int k, float* left, float* right, float* from, int fromStride, float* c, int stride)
    {
        TVector c0a = TSimd.Load(from + (0 * fromStride));
        TVector c0b = TSimd.Load(from + (0 * fromStride) + TSimd.Count);
        TVector c1a = TSimd.Load(from + (1 * fromStride));
        TVector c1b = TSimd.Load(from + (1 * fromStride) + TSimd.Count);
        TVector c2a = TSimd.Load(from + (2 * fromStride));
        TVector c2b = TSimd.Load(from + (2 * fromStride) + TSimd.Count);
        TVector c3a = TSimd.Load(from + (3 * fromStride));
        TVector c3b = TSimd.Load(from + (3 * fromStride) + TSimd.Count);
        TVector c4a = TSimd.Load(from + (4 * fromStride));
        TVector c4b = TSimd.Load(from + (4 * fromStride) + TSimd.Count);
        TVector c5a = TSimd.Load(from + (5 * fromStride));
        TVector c5b = TSimd.Load(from + (5 * fromStride) + TSimd.Count);
        TVector c6a = TSimd.Load(from + (6 * fromStride));
        TVector c6b = TSimd.Load(from + (6 * fromStride) + TSimd.Count);
        TVector c7a = TSimd.Load(from + (7 * fromStride));
        TVector c7b = TSimd.Load(from + (7 * fromStride) + TSimd.Count);
        for (; k > 0; k--)
        {
            TVector b0 = TSimd.Load(right);
            TVector b1 = TSimd.Load(right + TSimd.Count);
            TVector a0 = TSimd.Broadcast(left[0]);
            c0a = TSimd.Fma(a0, b0, c0a);
            c0b = TSimd.Fma(a0, b1, c0b);
            TVector a1 = TSimd.Broadcast(left[1]);
            c1a = TSimd.Fma(a1, b0, c1a);
            c1b = TSimd.Fma(a1, b1, c1b);
            TVector a2 = TSimd.Broadcast(left[2]);
            c2a = TSimd.Fma(a2, b0, c2a);
            c2b = TSimd.Fma(a2, b1, c2b);
            TVector a3 = TSimd.Broadcast(left[3]);
            c3a = TSimd.Fma(a3, b0, c3a);
            c3b = TSimd.Fma(a3, b1, c3b);
            TVector a4 = TSimd.Broadcast(left[4]);
            c4a = TSimd.Fma(a4, b0, c4a);
            c4b = TSimd.Fma(a4, b1, c4b);
            TVector a5 = TSimd.Broadcast(left[5]);
            c5a = TSimd.Fma(a5, b0, c5a);
            c5b = TSimd.Fma(a5, b1, c5b);
            TVector a6 = TSimd.Broadcast(left[6]);
            c6a = TSimd.Fma(a6, b0, c6a);
            c6b = TSimd.Fma(a6, b1, c6b);
            TVector a7 = TSimd.Broadcast(left[7]);
            c7a = TSimd.Fma(a7, b0, c7a);
            c7b = TSimd.Fma(a7, b1, c7b);
            left += 8;
            right += 2 * TSimd.Count;
        }

        TSimd.Store(c0a, c + (0 * stride));
        TSimd.Store(c0b, c + (0 * stride) + TSimd.Count);
        TSimd.Store(c1a, c + (1 * stride));
        TSimd.Store(c1b, c + (1 * stride) + TSimd.Count);
        TSimd.Store(c2a, c + (2 * stride));
        TSimd.Store(c2b, c + (2 * stride) + TSimd.Count);
        TSimd.Store(c3a, c + (3 * stride));
        TSimd.Store(c3b, c + (3 * stride) + TSimd.Count);
        TSimd.Store(c4a, c + (4 * stride));
        TSimd.Store(c4b, c + (4 * stride) + TSimd.Count);
        TSimd.Store(c5a, c + (5 * stride));
        TSimd.Store(c5b, c + (5 * stride) + TSimd.Count);
        TSimd.Store(c6a, c + (6 * stride));
        TSimd.Store(c6b, c + (6 * stride) + TSimd.Count);
        TSimd.Store(c7a, c + (7 * stride));
        TSimd.Store(c7b, c + (7 * stride) + TSimd.Count);
    }

    /// <summary>Four rows by two registers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Low(int k, float* left, float* right, float* from, int fromStride, float* c, int stride)
    {
        TVector c0a = TSimd.Load(from + (0 * fromStride));
        TVector c0b = TSimd.Load(from + (0 * fromStride) + TSimd.Count);
        TVector c1a = TSimd.Load(from + (1 * fromStride));
        TVector c1b = TSimd.Load(from + (1 * fromStride) + TSimd.Count);
        TVector c2a = TSimd.Load(from + (2 * fromStride));
        TVector c2b = TSimd.Load(from + (2 * fromStride) + TSimd.Count);
        TVector c3a = TSimd.Load(from + (3 * fromStride));
        TVector c3b = TSimd.Load(from + (3 * fromStride) + TSimd.Count);
        for (; k > 0; k--)
        {
            TVector b0 = TSimd.Load(right);
            TVector b1 = TSimd.Load(right + TSimd.Count);
            TVector a0 = TSimd.Broadcast(left[0]);
            c0a = TSimd.Fma(a0, b0, c0a);
            c0b = TSimd.Fma(a0, b1, c0b);
            TVector a1 = TSimd.Broadcast(left[1]);
            c1a = TSimd.Fma(a1, b0, c1a);
            c1b = TSimd.Fma(a1, b1, c1b);
            TVector a2 = TSimd.Broadcast(left[2]);
            c2a = TSimd.Fma(a2, b0, c2a);
            c2b = TSimd.Fma(a2, b1, c2b);
            TVector a3 = TSimd.Broadcast(left[3]);
            c3a = TSimd.Fma(a3, b0, c3a);
            c3b = TSimd.Fma(a3, b1, c3b);
            left += 4;
            right += 2 * TSimd.Count;
        }

        TSimd.Store(c0a, c + (0 * stride));
        TSimd.Store(c0b, c + (0 * stride) + TSimd.Count);
        TSimd.Store(c1a, c + (1 * stride));
        TSimd.Store(c1b, c + (1 * stride) + TSimd.Count);
        TSimd.Store(c2a, c + (2 * stride));
        TSimd.Store(c2b, c + (2 * stride) + TSimd.Count);
        TSimd.Store(c3a, c + (3 * stride));
        TSimd.Store(c3b, c + (3 * stride) + TSimd.Count);
    }
}
