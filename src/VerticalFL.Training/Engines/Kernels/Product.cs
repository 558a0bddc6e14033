using System.Runtime.CompilerServices;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>
/// The matrix product, blocked and packed after Goto and van de Geijn ("Anatomy of high-performance matrix multiplication", ACM TOMS 2008). Rows and
/// columns that do not fill a tile are padded with zeros in the packed panels and never reach c.
/// </summary>
internal static unsafe class Product<TSimd, TVector>
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int LargestTile = 8 * 32;

    private static int TileRows => TSimd.TallTile ? 8 : 4;

    private static int TileColumns => 2 * TSimd.Count;

    public static void Accumulate(
        int m, int n, int k, float* a, bool transposeA, float* b, bool transposeB, float* c, ProductWorkspace workspace)
    {
        int strideA = transposeA ? m : k;
        int strideB = transposeB ? k : n;
        for (int k0 = 0; k0 < k; k0 += ProductWorkspace.BlockInner)
        {
            int kc = Math.Min(ProductWorkspace.BlockInner, k - k0);
            for (int j0 = 0; j0 < n; j0 += ProductWorkspace.BlockColumns)
            {
                int nc = Math.Min(ProductWorkspace.BlockColumns, n - j0);
                PackRight(b, strideB, transposeB, k0, kc, j0, nc, workspace.Right);
                for (int i0 = 0; i0 < m; i0 += ProductWorkspace.BlockRows)
                {
                    int mc = Math.Min(ProductWorkspace.BlockRows, m - i0);
                    PackLeft(a, strideA, transposeA, i0, mc, k0, kc, workspace.Left);
                    MultiplyBlock(mc, nc, kc, workspace.Left, workspace.Right, c + ((long)i0 * n) + j0, n);
                }
            }
        }
    }

    [SkipLocalsInit]
    private static void MultiplyBlock(int mc, int nc, int kc, float* left, float* right, float* c, int stride)
    {
        float* edge = stackalloc float[LargestTile];
        for (int j = 0; j < nc; j += TileColumns)
        {
            int columns = Math.Min(TileColumns, nc - j);
            for (int i = 0; i < mc; i += TileRows)
            {
                int rows = Math.Min(TileRows, mc - i);
                float* corner = c + ((long)i * stride) + j;
                float* l = left + (i * kc);
                float* r = right + (j * kc);
                if (rows == TileRows && columns == TileColumns)
                {
                    RunTile(kc, l, r, corner, stride);
                    continue;
                }

                for (int row = 0; row < rows; row++)
                {
                    new Span<float>(corner + ((long)row * stride), columns).CopyTo(new Span<float>(edge + (row * TileColumns), columns));
                }

                RunTile(kc, l, r, edge, TileColumns);
                for (int row = 0; row < rows; row++)
                {
                    new Span<float>(edge + (row * TileColumns), columns).CopyTo(new Span<float>(corner + ((long)row * stride), columns));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile(int k, float* left, float* right, float* c, int stride)
    {
        if (TSimd.TallTile)
        {
            ProductTile<TSimd, TVector>.Tall(k, left, right, c, stride);
        }
        else
        {
            ProductTile<TSimd, TVector>.Low(k, left, right, c, stride);
        }
    }

    private static void PackLeft(float* a, int stride, bool transposed, int i0, int mc, int k0, int kc, float* packed)
    {
        for (int i = 0; i < mc; i += TileRows, packed += TileRows * kc)
        {
            int rows = Math.Min(TileRows, mc - i);
            if (transposed)
            {
                Packing.CopyPanel(a + ((long)k0 * stride) + i0 + i, stride, kc, rows, TileRows, packed);
            }
            else
            {
                Packing.TransposePanel(a + ((long)(i0 + i) * stride) + k0, stride, kc, rows, TileRows, packed);
            }
        }
    }

    private static void PackRight(float* b, int stride, bool transposed, int k0, int kc, int j0, int nc, float* packed)
    {
        for (int j = 0; j < nc; j += TileColumns, packed += TileColumns * kc)
        {
            int columns = Math.Min(TileColumns, nc - j);
            if (transposed)
            {
                Packing.TransposePanel(b + ((long)(j0 + j) * stride) + k0, stride, kc, columns, TileColumns, packed);
            }
            else
            {
                Packing.CopyPanel(b + ((long)k0 * stride) + j0 + j, stride, kc, columns, TileColumns, packed);
            }
        }
    }
}
