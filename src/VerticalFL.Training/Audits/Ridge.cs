// Ridge regression with more unknowns than rows.
// What:        the dual form: (X X^T + penalty I) A = Y by Cholesky, W = X^T A; as many unknowns as known rows, and one factor for all targets.
// Reference:   Saunders, Gammerman, Vovk 1998, "Ridge Regression Learning Algorithm in Dual Variables", section 3.
// Parameters:  the penalty is per input column, which are taken to be standardised.
namespace VerticalFL.Training.Audits;

/// <summary>What an attacker fits to the rows that it knows.</summary>
internal static class Ridge
{
    /// <summary>Columns less their mean, over their standard deviation; a column that is the same everywhere becomes zeros.</summary>
    public static float[] Standardise(ReadOnlySpan<float> rows, int width)
    {
        int count = rows.Length / width;
        float[] scaled = rows.ToArray();
        for (int k = 0; k < width; k++)
        {
            double mean = 0, square = 0;
            for (int r = 0; r < count; r++)
            {
                mean += scaled[(r * width) + k] / (double)count;
            }

            for (int r = 0; r < count; r++)
            {
                double off = scaled[(r * width) + k] - mean;
                square += off * off / count;
            }

            double scale = Scale(mean, square);
            for (int r = 0; r < count; r++)
            {
                scaled[(r * width) + k] = (float)((scaled[(r * width) + k] - mean) * scale);
            }
        }

        return scaled;
    }

    /// <summary>One over a column's standard deviation; 0 when the column is the same everywhere but for the rounding of its mean.</summary>
    public static double Scale(double mean, double variance) => variance > 1e-13 * mean * mean ? 1 / Math.Sqrt(variance) : 0;

    /// <summary>Fits every target to the known rows.</summary>
    /// <param name="rows">All rows, standardised, row-major.</param>
    /// <param name="width">Their columns.</param>
    /// <param name="known">Which of them are known.</param>
    /// <param name="targets">Known rows x targets, row-major; consumed.</param>
    /// <param name="penalty">Times the width, above 0.</param>
    /// <returns>Width x targets, row-major.</returns>
    public static double[] Fit(float[] rows, int width, ReadOnlySpan<int> known, double[] targets, double penalty)
    {
        int n = known.Length;
        int wanted = targets.Length / n;
        double[,] kernel = new double[n, n];
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double dot = i == j ? penalty * width : 0;
                for (int k = 0; k < width; k++)
                {
                    dot += (double)rows[(known[i] * width) + k] * rows[(known[j] * width) + k];
                }

                kernel[i, j] = dot;
            }
        }

        Solve(kernel, targets, wanted);
        double[] model = new double[width * wanted];
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < width; k++)
            {
                double x = rows[(known[i] * width) + k];
                for (int t = 0; t < wanted; t++)
                {
                    model[(k * wanted) + t] += targets[(i * wanted) + t] * x;
                }
            }
        }

        return model;
    }

    /// <summary>Solves by Cholesky, in place of both; the matrix must be positive definite, as a kernel with a penalty is.</summary>
    /// <param name="a">n x n; its lower half is read.</param>
    /// <param name="b">n x wanted, row-major; receives the solution.</param>
    /// <param name="wanted">Right-hand sides.</param>
    public static void Solve(double[,] a, double[] b, int wanted)
    {
        int n = a.GetLength(0);
        for (int j = 0; j < n; j++)
        {
            for (int i = j; i < n; i++)
            {
                double sum = a[i, j];
                for (int k = 0; k < j; k++)
                {
                    sum -= a[i, k] * a[j, k];
                }

                a[i, j] = i == j ? Math.Sqrt(sum) : sum / a[j, j];
            }
        }

        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < i; k++)
            {
                Take(b, i, k, a[i, k], wanted);
            }

            Divide(b, i, a[i, i], wanted);
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
            {
                Take(b, i, k, a[k, i], wanted);
            }

            Divide(b, i, a[i, i], wanted);
        }
    }

    private static void Take(double[] b, int row, int other, double factor, int wanted)
    {
        for (int t = 0; t < wanted; t++)
        {
            b[(row * wanted) + t] -= factor * b[(other * wanted) + t];
        }
    }

    private static void Divide(double[] b, int row, double by, int wanted)
    {
        for (int t = 0; t < wanted; t++)
        {
            b[(row * wanted) + t] /= by;
        }
    }
}
