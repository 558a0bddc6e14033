// What an attacker who knows a few patients' outcomes makes of the gradients.
// What:        ridge regression of +1 and -1 on the standardised gradients of the known rows; the others are ranked by it. The mean over several draws of who is known.
// Reference:   the supervised form of Fu et al. 2022, "Label Inference Attacks Against Vertical Federated Learning" (USENIX Security), section 5.1, on gradients
//              instead of bottom activations.
using VerticalFL.Training.Metrics;

namespace VerticalFL.Training.Audits;

/// <summary>The attack with a few known outcomes.</summary>
internal static class FewLabelsAttack
{
    private const int Draws = 5;
    private const double Ridge = 1;

    /// <summary>The mean AUC on the rows that are not known; one half when too few rows of a class are left.</summary>
    public static double Auc(ReadOnlySpan<float> rows, int width, bool[] outcomes, int knownPerClass)
    {
        int positives = outcomes.Count(o => o);
        if (positives <= knownPerClass || outcomes.Length - positives <= knownPerClass)
        {
            return 0.5;
        }

        float[] standardised = Standardise(rows, width);
        double sum = 0;
        var draw = new Random(2);
        int[] order = [.. Enumerable.Range(0, outcomes.Length)];
        for (int d = 0; d < Draws; d++)
        {
            draw.Shuffle(order);
            int[] known = [.. order.Where(r => outcomes[r]).Take(knownPerClass), .. order.Where(r => !outcomes[r]).Take(knownPerClass)];
            double[] model = Fit(standardised, width, known, outcomes);
            int[] others = [.. order.Except(known)];
            float[] scores = [.. others.Select(r => (float)Product(standardised, r, model))];
            sum += RocCurve.Auc(scores, [.. others.Select(r => outcomes[r])])!.Value;
        }

        return sum / Draws;
    }

    private static float[] Standardise(ReadOnlySpan<float> rows, int width)
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

            double scale = square > 0 ? 1 / Math.Sqrt(square) : 0;
            for (int r = 0; r < count; r++)
            {
                scaled[(r * width) + k] = (float)((scaled[(r * width) + k] - mean) * scale);
            }
        }

        return scaled;
    }

    // The dual form: as many unknowns as known rows. (K + ridge I) a = y, w = X^T a.
    private static double[] Fit(float[] rows, int width, int[] known, bool[] outcomes)
    {
        int n = known.Length;
        double[,] kernel = new double[n, n];
        double[] answer = new double[n];
        for (int i = 0; i < n; i++)
        {
            answer[i] = outcomes[known[i]] ? 1 : -1;
            for (int j = 0; j < n; j++)
            {
                double dot = i == j ? Ridge * width : 0;
                for (int k = 0; k < width; k++)
                {
                    dot += (double)rows[(known[i] * width) + k] * rows[(known[j] * width) + k];
                }

                kernel[i, j] = dot;
            }
        }

        Solve(kernel, answer);
        double[] model = new double[width];
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < width; k++)
            {
                model[k] += answer[i] * rows[(known[i] * width) + k];
            }
        }

        return model;
    }

    // Cholesky in place; the matrix is positive definite by the ridge.
    private static void Solve(double[,] a, double[] b)
    {
        int n = b.Length;
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
                b[i] -= a[i, k] * b[k];
            }

            b[i] /= a[i, i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
            {
                b[i] -= a[k, i] * b[k];
            }

            b[i] /= a[i, i];
        }
    }

    private static double Product(float[] rows, int row, double[] model)
    {
        double sum = 0;
        for (int k = 0; k < model.Length; k++)
        {
            sum += model[k] * rows[(row * model.Length) + k];
        }

        return sum;
    }
}
