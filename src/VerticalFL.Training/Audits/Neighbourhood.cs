// What an attacker reads off known rows that are close by, where no straight line tells anything.
// What:        ridge regression with the Gaussian kernel exp(-d / (b m)), d the squared distance and m its median among known rows, and the mean of the k nearest
//              known rows.
// Reference:   Saunders, Gammerman, Vovk 1998, "Ridge Regression Learning Algorithm in Dual Variables", section 4 (kernels); Fix, Hodges 1951 (nearest neighbours).
// Parameters:  b .1 and 1; penalties .01 and 1 beside a kernel whose diagonal is 1; k 3 and 10. The inputs are taken to be standardised.
using System.Numerics.Tensors;

namespace VerticalFL.Training.Audits;

/// <summary>Guesses at rows from the known rows around them, which follow any smooth curve that enough known rows trace.</summary>
internal sealed class Neighbourhood
{
    private static readonly double[] Breadths = [0.1, 1];
    private static readonly double[] Penalties = [0.01, 1];
    private static readonly int[] Nearest = [3, 10];

    private readonly float[][] _among;
    private readonly float[][] _toKnown;
    private readonly double _median;

    /// <summary>Measures the distances.</summary>
    /// <param name="rows">All rows, standardised, row-major.</param>
    /// <param name="width">Their columns.</param>
    /// <param name="known">Which of them are known.</param>
    /// <param name="judged">Which are guessed at.</param>
    public Neighbourhood(float[] rows, int width, int[] known, int[] judged)
    {
        _among = Distances(known);
        _toKnown = Distances(judged);
        float[] all = [.. _among.SelectMany((d, i) => d[..i]).Order()];
        _median = all.Length > 0 && all[all.Length / 2] > 0 ? all[all.Length / 2] : 1;

        float[][] Distances(int[] from) =>
        [
            .. from.Select(f => known.Select(k => Square(TensorPrimitives.Distance(rows.AsSpan(f * width, width), rows.AsSpan(k * width, width)))).ToArray()),
        ];
    }

    /// <summary>The guesses of every method and setting, always in the same order.</summary>
    /// <param name="targets">Known rows x targets, row-major, less their means.</param>
    /// <returns>For each: judged rows x targets, row-major.</returns>
    public IEnumerable<double[]> Guesses(double[] targets)
    {
        int wanted = targets.Length / _among.Length;
        foreach (double breadth in Breadths)
        {
            double[][] kernel = Kernel(_among, breadth), toKnown = Kernel(_toKnown, breadth);
            foreach (double penalty in Penalties)
            {
                yield return Ridged(kernel, toKnown, targets, wanted, penalty);
            }
        }

        foreach (int k in Nearest)
        {
            yield return MeanOfNearest(targets, wanted, Math.Min(k, _among.Length));
        }
    }

    private static double[] Ridged(double[][] kernel, double[][] toKnown, double[] targets, int wanted, double penalty)
    {
        double[,] a = new double[kernel.Length, kernel.Length];
        for (int i = 0; i < kernel.Length; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                a[i, j] = kernel[i][j] + (i == j ? penalty : 0);
            }
        }

        double[] model = [.. targets];
        Ridge.Solve(a, model, wanted);
        double[] guesses = new double[toKnown.Length * wanted];
        for (int row = 0; row < toKnown.Length; row++)
        {
            Span<double> guess = guesses.AsSpan(row * wanted, wanted);
            for (int i = 0; i < kernel.Length; i++)
            {
                TensorPrimitives.MultiplyAdd(model.AsSpan(i * wanted, wanted), toKnown[row][i], guess, guess);
            }
        }

        return guesses;
    }

    private double[] MeanOfNearest(double[] targets, int wanted, int k)
    {
        double[] guesses = new double[_toKnown.Length * wanted];
        for (int row = 0; row < _toKnown.Length; row++)
        {
            float[] distances = [.. _toKnown[row]];
            int[] order = [.. Enumerable.Range(0, distances.Length)];
            Array.Sort(distances, order);
            Span<double> guess = guesses.AsSpan(row * wanted, wanted);
            foreach (int near in order.AsSpan(0, k))
            {
                TensorPrimitives.MultiplyAdd(targets.AsSpan(near * wanted, wanted), 1.0 / k, guess, guess);
            }
        }

        return guesses;
    }

    private double[][] Kernel(float[][] distances, double breadth) =>
        [.. distances.Select(row => row.Select(d => Math.Exp(-d / (breadth * _median))).ToArray())];

    private static float Square(float x) => x * x;
}
