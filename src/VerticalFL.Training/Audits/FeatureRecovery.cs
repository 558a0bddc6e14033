// Feature reconstruction: whoever sees activations, or a sum of several parties', guesses a party's columns from them.
// What:        ridge regression of the party's prepared columns on the view of m known rows, straight and with a Gaussian kernel, and the mean of the nearest known rows
//              (Neighbourhood); R2 on the rows that are not known, against a baseline that says the known rows' mean for everybody. With the final weights and with means
//              over all epochs; the strongest of both views and of all methods and settings counts.
// Reference:   Luo et al. 2021, "Feature Inference Attack on Model Predictions in Vertical Federated Learning" (ICDE), which learns from the adversary's own view; here with
//              known rows, which is the stronger adversary.
// Adversary:   semi-honest; knows the party's columns of m training patients, and nothing else to learn a curve from.
using System.Numerics.Tensors;

namespace VerticalFL.Training.Audits;

/// <summary>How well a party's columns can be told from what leaves it.</summary>
public static class FeatureRecovery
{
    /// <summary>Known rows: 200, or a quarter of the view's when that is fewer.</summary>
    public const int KnownRows = 200;

    private const int Draws = 3;
    private const int MostJudged = 2048;
    private static readonly double[] Penalties = [0.001, 0.1, 10];

    /// <summary>Plays it.</summary>
    /// <param name="view">What the attacker sees.</param>
    /// <param name="columns">The party's prepared rows that the view is of, row-major.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Null when there are fewer than 8 rows or no column that differs.</returns>
    public static FeatureLeak? Play(AuditView view, ReadOnlyMemory<float> columns, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        int rows = view.Rows.Count;
        if (columns.Length % rows != 0)
        {
            throw new ArgumentException($"{columns.Length} values are no columns of {rows} rows.", nameof(columns));
        }

        float[] targets = Ridge.Standardise(columns.Span, columns.Length / rows);
        if (rows < 8 || targets.All(t => t == 0))
        {
            return null;
        }

        int known = Math.Min(KnownRows, rows / 4);
        float[][] views = [.. new[] { view.Last, view.Averaged }.Where(v => v.Length > 0).Select(v => Ridge.Standardise(v, v.Length / rows))];
        double[] best = Strongest(views, targets, rows, known, cancellationToken);

        // Chance: another patient's columns.
        float[] dealt = Dealt(targets, rows);
        double[] chance = Strongest(views, dealt, rows, known, cancellationToken);
        return new FeatureLeak(known, best.Average(), best.Max(), Array.IndexOf(best, best.Max()), chance.Max());
    }

    private static double[] Strongest(float[][] views, float[] targets, int rows, int known, CancellationToken cancellationToken)
    {
        double[] best = new double[targets.Length / rows];
        foreach (float[] view in views)
        {
            foreach (double[] found in R2(view, targets, rows, known, cancellationToken))
            {
                // Below the mean baseline nothing is learned: an attacker would say the mean.
                TensorPrimitives.Max(best, found, best);
            }
        }

        return best;
    }

    // For each method and setting: each column's figure.
    private static IEnumerable<double[]> R2(float[] view, float[] targets, int rows, int known, CancellationToken cancellationToken)
    {
        int wanted = targets.Length / rows;
        double[] mean = new double[wanted];
        var draw = new Random(3);
        int[] order = [.. Enumerable.Range(0, rows)];
        double[] baseline = new double[wanted];
        var errors = new List<double[]>();
        for (int d = 0; d < Draws; d++)
        {
            draw.Shuffle(order);
            Array.Clear(mean);
            double[] answers = new double[known * wanted];
            for (int i = 0; i < known; i++)
            {
                for (int t = 0; t < wanted; t++)
                {
                    answers[(i * wanted) + t] = targets[(order[i] * wanted) + t];
                    mean[t] += answers[(i * wanted) + t] / known;
                }
            }

            for (int i = 0; i < answers.Length; i++)
            {
                answers[i] -= mean[i % wanted];
            }

            int[] judged = order[known..Math.Min(rows, known + MostJudged)];
            double[] truth = [.. judged.SelectMany(r => Enumerable.Range(0, wanted).Select(t => targets[(r * wanted) + t] - mean[t]))];
            AddSquares(truth, [], baseline);
            int method = 0;
            foreach (double[] guesses in Guesses(view, view.Length / rows, order[..known], judged, answers))
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (method == errors.Count)
                {
                    errors.Add(new double[wanted]);
                }

                AddSquares(truth, guesses, errors[method++]);
            }
        }

        return errors.Select(error => error.Select((e, t) => baseline[t] > 0 ? 1 - (e / baseline[t]) : 0).ToArray());
    }

    private static IEnumerable<double[]> Guesses(float[] view, int width, int[] known, int[] judged, double[] answers)
    {
        int wanted = answers.Length / known.Length;
        foreach (double penalty in Penalties)
        {
            double[] model = Ridge.Fit(view, width, known, [.. answers], penalty);
            double[] guesses = new double[judged.Length * wanted];
            for (int i = 0; i < judged.Length; i++)
            {
                Span<double> guess = guesses.AsSpan(i * wanted, wanted);
                for (int k = 0; k < width; k++)
                {
                    TensorPrimitives.MultiplyAdd(model.AsSpan(k * wanted, wanted), view[(judged[i] * width) + k], guess, guess);
                }
            }

            yield return guesses;
        }

        foreach (double[] guesses in new Neighbourhood(view, width, known, judged).Guesses(answers))
        {
            yield return guesses;
        }
    }

    // Guesses of nothing are zeros: the mean.
    private static void AddSquares(double[] truth, double[] guesses, double[] sums)
    {
        for (int i = 0; i < truth.Length; i++)
        {
            double off = truth[i] - (guesses.Length > 0 ? guesses[i] : 0);
            sums[i % sums.Length] += off * off;
        }
    }

    private static float[] Dealt(float[] targets, int rows)
    {
        int wanted = targets.Length / rows;
        int[] order = [.. Enumerable.Range(0, rows)];
        new Random(1).Shuffle(order);
        float[] dealt = new float[targets.Length];
        for (int r = 0; r < rows; r++)
        {
            targets.AsSpan(order[r] * wanted, wanted).CopyTo(dealt.AsSpan(r * wanted));
        }

        return dealt;
    }
}
