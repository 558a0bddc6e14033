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

    public static void Accumulate(in MatrixProduct product, int firstRow, int rows, ProductWorkspace workspace)
    {
        (int n, int k) = (product.N, product.K);
        int strideA = product.TransposeA ? product.M : k;
        int strideB = product.TransposeB ? k : n;
        for (int k0 = 0; k0 < k; k0 += ProductWorkspace.BlockInner)
        {
            int kc = Math.Min(ProductWorkspace.BlockInner, k - k0);
            for (int j0 = 0; j0 < n; j0 += ProductWorkspace.BlockColumns)
            {
                int nc = Math.Min(ProductWorkspace.BlockColumns, n - j0);
                float* start = k0 == 0 && product.Start != null ? product.Start + j0 : null;
                PackRight(product.B, strideB, product.TransposeB, k0, kc, j0, nc, workspace.Right);
                for (int i0 = firstRow; i0 < firstRow + rows; i0 += ProductWorkspace.BlockRows)
                {
                    int mc = Math.Min(ProductWorkspace.BlockRows, firstRow + rows - i0);
                    PackLeft(product.A, strideA, product.TransposeA, i0, mc, k0, kc, workspace.Left);
                    MultiplyBlock(mc, nc, kc, workspace.Left, workspace.Right, start, product.C + ((long)i0 * n) + j0, n);
                }
            }
        }
    }

    [SkipLocalsInit]
    private static void MultiplyBlock(int mc, int nc, int kc, float* left, float* right, float* start, float* c, int stride)
    {
        float* edge = stackalloc float[LargestTile];
        for (int j = 0; j < nc; j += TileColumns)
        {
            int columns = Math.Min(TileColumns, nc - j);
            for (int i = 0; i < mc; i += TileRows)
            {
                int rows = Math.Min(TileRows, mc - i);
                float* corner = c + ((long)i * stride) + j;

                // Rows that all begin with the same one lie at distance 0.
                float* from = start == null ? corner : start + j;
                int fromStride = start == null ? stride : 0;
                float* l = left + (i * kc);
                float* r = right + (j * kc);
                if (rows == TileRows && columns == TileColumns)
                {
                    RunTile(kc, l, r, from, fromStride, corner, stride);
                    continue;
                }

                for (int row = 0; row < rows; row++)
                {
                    new Span<float>(from + ((long)row * fromStride), columns).CopyTo(new Span<float>(edge + (row * TileColumns), columns));
                }

                RunTile(kc, l, r, edge, TileColumns, edge, TileColumns);
                for (int row = 0; row < rows; row++)
                {
                    new Span<float>(edge + (row * TileColumns), columns).CopyTo(new Span<float>(corner + ((long)row * stride), columns));
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RunTile(int k, float* left, float* right, float* from, int fromStride, float* c, int stride)
    {
        if (TSimd.TallTile)
        {
            ProductTile<TSimd, TVector>.Tall(k, left, right, from, fromStride, c, stride);
        }
        else
        {
            ProductTile<TSimd, TVector>.Low(k, left, right, from, fromStride, c, stride);
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
