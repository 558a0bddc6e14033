using System.Runtime.CompilerServices;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>The engine's loops, compiled once per register width. What does not fill a register is finished by <see cref="SimdScalar"/>.</summary>
internal sealed unsafe class WidthKernelSet<TSimd, TVector> : KernelSet
    where TSimd : struct, ISimd<TVector>
    where TVector : struct
{
    private const int Lanes = 16;

    public override void Multiply(in MatrixProduct product, int firstRow, int rows, ProductWorkspace workspace) =>
        Product<TSimd, TVector>.Accumulate(product, firstRow, rows, workspace);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Map<TMap>(TMap formula, float* x, float* y, int count)
    {
        int i = 0;
        for (; i <= count - TSimd.Count; i += TSimd.Count)
        {
            TSimd.Store(formula.Apply<TSimd, TVector>(TSimd.Load(x + i)), y + i);
        }

        for (; i < count; i++)
        {
            y[i] = formula.Apply<SimdScalar, float>(x[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Map2<TMap>(TMap formula, float* x, float* y, float* z, int count)
    {
        int i = 0;
        for (; i <= count - TSimd.Count; i += TSimd.Count)
        {
            TSimd.Store(formula.Apply<TSimd, TVector>(TSimd.Load(x + i), TSimd.Load(y + i)), z + i);
        }

        for (; i < count; i++)
        {
            z[i] = formula.Apply<SimdScalar, float>(x[i], y[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Update<TRule>(TRule rule, float* gradient, float* weight, float* first, float* second, int count)
    {
        int i = 0;
        for (; i <= count - TSimd.Count; i += TSimd.Count)
        {
            TVector w = TSimd.Load(weight + i);
            TVector m = TSimd.Load(first + i);
            TVector v = TSimd.Load(second + i);
            rule.Apply<TSimd, TVector>(TSimd.Load(gradient + i), ref w, ref m, ref v);
            TSimd.Store(w, weight + i);
            TSimd.Store(m, first + i);
            TSimd.Store(v, second + i);
        }

        for (; i < count; i++)
        {
            rule.Apply<SimdScalar, float>(gradient[i], ref weight[i], ref first[i], ref second[i]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void AddColumnSums(float* x, int rows, int columns, float* sums)
    {
        int j = 0;
        for (; j <= columns - TSimd.Count; j += TSimd.Count)
        {
            TVector sum = TSimd.Load(sums + j);
            float* p = x + j;
            for (int i = 0; i < rows; i++, p += columns)
            {
                sum = TSimd.Add(sum, TSimd.Load(p));
            }

            TSimd.Store(sum, sums + j);
        }

        for (; j < columns; j++)
        {
            float sum = sums[j];
            float* p = x + j;
            for (int i = 0; i < rows; i++, p += columns)
            {
                sum += *p;
            }

            sums[j] = sum;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    [SkipLocalsInit]
    public override float Sum<TMap>(TMap formula, float* x, float* y, int count)
    {
        float* lanes = stackalloc float[Lanes];
        new Span<float>(lanes, Lanes).Clear();
        int i = 0;
        for (; i <= count - Lanes; i += Lanes)
        {
            for (int l = 0; l < Lanes; l += TSimd.Count)
            {
                TVector term = formula.Apply<TSimd, TVector>(TSimd.Load(x + i + l), TSimd.Load(y + i + l));
                TSimd.Store(TSimd.Add(TSimd.Load(lanes + l), term), lanes + l);
            }
        }

        for (int l = 0; i < count; i++, l++)
        {
            lanes[l] += formula.Apply<SimdScalar, float>(x[i], y[i]);
        }

        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            for (int l = 0; l < half; l++)
            {
                lanes[l] += lanes[l + half];
            }
        }

        return lanes[0];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override bool AllFinite(float* x, long count)
    {
        // 0 * x is 0 for a finite x and not a number otherwise, which every later addition keeps.
        TVector zero = TSimd.Broadcast(0f);
        TVector a = zero;
        TVector b = zero;
        TVector c = zero;
        TVector d = zero;
        long i = 0;
        for (; i <= count - (4 * TSimd.Count); i += 4 * TSimd.Count)
        {
            a = TSimd.Fma(TSimd.Load(x + i), zero, a);
            b = TSimd.Fma(TSimd.Load(x + i + TSimd.Count), zero, b);
            c = TSimd.Fma(TSimd.Load(x + i + (2 * TSimd.Count)), zero, c);
            d = TSimd.Fma(TSimd.Load(x + i + (3 * TSimd.Count)), zero, d);
        }

        float* lanes = stackalloc float[Lanes];
        TSimd.Store(TSimd.Add(TSimd.Add(a, b), TSimd.Add(c, d)), lanes);
        float sum = 0;
        for (int l = 0; l < TSimd.Count; l++)
        {
            sum += lanes[l];
        }

        for (; i < count; i++)
        {
            sum += 0 * x[i];
        }

        return sum == 0;
    }
}
