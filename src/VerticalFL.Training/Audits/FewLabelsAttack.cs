// What an attacker who knows a few patients' outcomes makes of what it sees of all of them.
// What:        ridge regression of +1 and -1 on the standardised view of the known rows, straight or curved (Neighbourhood); the others are ranked by it. The mean over
//              several draws of who is known.
// Reference:   Fu et al. 2022, "Label Inference Attacks Against Vertical Federated Learning" (USENIX Security), section 5.1 (a head on what the attacker has), in its
//              supervised form: without unlabelled rows and without further training of what lies under the head, which is FineTunedCompletion.
using VerticalFL.Training.Metrics;

namespace VerticalFL.Training.Audits;

/// <summary>The attack with a few known outcomes.</summary>
internal static class FewLabelsAttack
{
    private const int Draws = 5;
    private const int MostJudgedByNeighbours = 2048;

    /// <summary>The larger of a straight and the best curved model's mean AUC on rows that are not known; one half when too few rows of a class are left.</summary>
    public static double Auc(ReadOnlySpan<float> rows, int width, bool[] outcomes, int knownPerClass) =>
        AucOfStandardised(Ridge.Standardise(rows, width), width, outcomes, knownPerClass, [1]);

    /// <summary>The same of rows that are standardised already, with several penalties of the straight model.</summary>
    public static double AucOfStandardised(float[] rows, int width, bool[] outcomes, int knownPerClass, double[] penalties)
    {
        int positives = outcomes.Count(o => o);
        if (positives <= knownPerClass || outcomes.Length - positives <= knownPerClass)
        {
            return 0.5;
        }

        var sums = new List<double>();
        var draw = new Random(2);
        int[] order = [.. Enumerable.Range(0, outcomes.Length)];
        for (int d = 0; d < Draws; d++)
        {
            draw.Shuffle(order);
            (int[] known, int[] others) = Draw(order, outcomes, knownPerClass);
            double[] answers = [.. known.Select(r => outcomes[r] ? 1.0 : -1)];
            int method = 0;
            foreach (double penalty in penalties)
            {
                double[] model = Ridge.Fit(rows, width, known, [.. answers], penalty);
                Add(method++, others, [.. others.Select(r => (float)Product(rows, r, model))]);
            }

            int[] near = others[..Math.Min(MostJudgedByNeighbours, others.Length)];
            foreach (double[] guesses in new Neighbourhood(rows, width, known, near).Guesses(answers))
            {
                Add(method++, near, [.. guesses.Select(g => (float)g)]);
            }
        }

        return sums.Max() / Draws;

        void Add(int method, int[] judged, float[] scores)
        {
            if (method == sums.Count)
            {
                sums.Add(0);
            }

            sums[method] += RocCurve.Auc(scores, [.. judged.Select(r => outcomes[r])]) ?? 0.5;
        }
    }

    /// <summary>As many of each class as are known, in a dealt order, and all others in that order.</summary>
    public static (int[] Known, int[] Others) Draw(int[] order, bool[] outcomes, int knownPerClass)
    {
        int[] known = [.. order.Where(r => outcomes[r]).Take(knownPerClass), .. order.Where(r => !outcomes[r]).Take(knownPerClass)];
        return (known, [.. order.Except(known)]);
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
