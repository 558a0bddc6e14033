using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Engines.Kernels;

public sealed unsafe class KernelSetTests
{
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 7, 3 }, { 3, 1, 5 }, { 8, 32, 16 }, { 9, 33, 17 }, { 13, 47, 259 }, { 130, 65, 300 }, { 5, 600, 31 }, { 131, 3, 515 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_is_one_chain_of_fmas_in_ascending_order_at_every_width(int m, int n, int k)
    {
        float[] a = Widths.Numbers(1, m * k);
        float[] b = Widths.Numbers(2, k * n);
        float[] c = Widths.Numbers(3, m * n);
        foreach ((bool ta, bool tb) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            float[] expected = new float[m * n];
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    float sum = c[(i * n) + j];
                    for (int l = 0; l < k; l++)
                    {
                        sum = MathF.FusedMultiplyAdd(ta ? a[(l * m) + i] : a[(i * k) + l], tb ? b[(j * k) + l] : b[(l * n) + j], sum);
                    }

                    expected[(i * n) + j] = sum;
                }
            }

            foreach (VectorWidth width in Widths.All)
            {
                float[] actual = (float[])c.Clone();
                fixed (float* pa = a, pb = b, pc = actual)
                {
                    var product = new MatrixProduct { M = m, N = n, K = k, A = pa, TransposeA = ta, B = pb, TransposeB = tb, C = pc };
                    int half = m / 2;
                    KernelSet.For(width).Multiply(product, half, m - half, new ProductWorkspace());
                    KernelSet.For(width).Multiply(product, 0, half, new ProductWorkspace());
                }

                Assert.True(expected.AsSpan().SequenceEqual(actual), $"{width} {m}x{n}x{k} transposed {ta} {tb}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_product_whose_rows_begin_with_one_row_is_the_product_over_copies_of_it(int m, int n, int k)
    {
        float[] a = Widths.Numbers(1, m * k);
        float[] b = Widths.Numbers(2, k * n);
        float[] start = Widths.Numbers(3, n);
        float[] copies = [.. Enumerable.Range(0, m).SelectMany(_ => start)];
        foreach (VectorWidth width in Widths.All)
        {
            float[] expected = (float[])copies.Clone();
            float[] actual = new float[m * n];
            Array.Fill(actual, float.NaN);
            fixed (float* pa = a, pb = b, pe = expected, pc = actual, ps = start)
            {
                var product = new MatrixProduct { M = m, N = n, K = k, A = pa, B = pb, C = pe };
                KernelSet.For(width).Multiply(product, 0, m, new ProductWorkspace());
                KernelSet.For(width).Multiply(product with { C = pc, Start = ps }, 0, m, new ProductWorkspace());
            }

            Assert.True(expected.AsSpan().SequenceEqual(actual), $"{width} {m}x{n}x{k}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(100)]
    [InlineData(1003)]
    public void A_sum_runs_over_sixteen_lanes_and_a_fixed_tree_at_every_width(int count)
    {
        float[] x = Widths.Numbers(4, count, 100);
        float[] lanes = new float[16];
        for (int i = 0; i < count; i++)
        {
            lanes[i % 16] += x[i];
        }

        for (int l = 0; l < 8; l++)
        {
            lanes[l] += lanes[l + 8];
        }

        float expected = (lanes[0] + lanes[4] + (lanes[2] + lanes[6])) + (lanes[1] + lanes[5] + (lanes[3] + lanes[7]));
        foreach (VectorWidth width in Widths.All)
        {
            fixed (float* p = x)
            {
                Assert.Equal(expected, KernelSet.For(width).Sum(default(FirstMap), p, p, count));
            }
        }
    }

    [Fact]
    public void Column_sums_add_the_rows_in_order_to_what_is_there()
    {
        const int Rows = 37;
        const int Columns = 53;
        float[] x = Widths.Numbers(5, Rows * Columns, 10);
        float[] expected = Widths.Numbers(6, Columns);
        foreach (VectorWidth width in Widths.All)
        {
            float[] sums = Widths.Numbers(6, Columns);
            fixed (float* p = x, s = sums)
            {
                KernelSet.For(width).AddColumnSums(p, Rows, Columns, s);
            }

            for (int j = 0; j < Columns; j++)
            {
                float sum = expected[j];
                for (int i = 0; i < Rows; i++)
                {
                    sum += x[(i * Columns) + j];
                }

                Assert.Equal(sum, sums[j]);
            }
        }
    }

    [Fact]
    public void All_finite_finds_one_bad_element_anywhere()
    {
        foreach (VectorWidth width in Widths.All)
        {
            KernelSet kernels = KernelSet.For(width);
            float[] x = Widths.Numbers(7, 150, float.MaxValue);
            fixed (float* p = x)
            {
                Assert.True(kernels.AllFinite(p, x.Length));
                for (int i = 0; i < x.Length; i++)
                {
                    foreach (float bad in (float[])[float.NaN, float.PositiveInfinity, float.NegativeInfinity])
                    {
                        float kept = p[i];
                        p[i] = bad;
                        Assert.False(kernels.AllFinite(p, x.Length), $"{bad} at {i}, {width}");
                        p[i] = kept;
                    }
                }
            }
        }
    }

    [Fact]
    public void A_buffer_is_aligned_and_grows()
    {
        var buffer = new AlignedBuffer(3);
        Assert.Equal(0u, (nuint)buffer.Pointer % 64);
        buffer.EnsureCapacity(1000);
        Assert.Equal(0u, (nuint)buffer.Pointer % 64);
        Assert.Equal(1000, buffer.Span(1000).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Span(1001).Length);
    }
}
