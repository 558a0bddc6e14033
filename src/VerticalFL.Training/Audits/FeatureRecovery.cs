// Feature reconstruction: whoever sees activations, or a sum of several parties', guesses a party's columns from them.
// What:        ridge regression of the party's prepared columns on the view of m known rows; R2 on the rows that are not known, against a baseline that says the
//              known rows' mean for everybody. With the final weights and with means over all epochs; the strongest of these and of three penalties counts.
// Reference:   Luo et al. 2021, "Feature Inference Attack on Model Predictions in Vertical Federated Learning" (ICDE), which learns from the adversary's own view; here with
//              known rows, which is the stronger adversary.
// Adversary:   semi-honest; knows the party's columns of m training patients. Linear in the view: what only a network could undo is not found.
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
            foreach (double penalty in Penalties)
            {
                cancellationToken.ThrowIfCancellationRequested();
                double[] found = R2(view, targets, rows, known, penalty);
                for (int t = 0; t < best.Length; t++)
                {
                    // Below the mean baseline nothing is learned: an attacker would say the mean.
                    best[t] = Math.Max(best[t], found[t]);
                }
            }
        }

        return best;
    }

    private static double[] R2(float[] view, float[] targets, int rows, int known, double penalty)
    {
        int width = view.Length / rows, wanted = targets.Length / rows;
        double[] mean = new double[wanted];
        var draw = new Random(3);
        int[] order = [.. Enumerable.Range(0, rows)];
        double[] error = new double[wanted], baseline = new double[wanted], guess = new double[wanted];
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

            double[] model = Ridge.Fit(view, width, order.AsSpan(0, known), answers, penalty);
            foreach (int row in order.AsSpan(known, Math.Min(MostJudged, rows - known)))
            {
                mean.CopyTo(guess, 0);
                for (int k = 0; k < width; k++)
                {
                    double x = view[(row * width) + k];
                    for (int t = 0; t < wanted; t++)
                    {
                        guess[t] += x * model[(k * wanted) + t];
                    }
                }

                for (int t = 0; t < wanted; t++)
                {
                    double truth = targets[(row * wanted) + t];
                    error[t] += (truth - guess[t]) * (truth - guess[t]);
                    baseline[t] += (truth - mean[t]) * (truth - mean[t]);
                }
            }
        }

        return [.. error.Select((e, t) => baseline[t] > 0 ? 1 - (e / baseline[t]) : 0)];
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
