// What an attacker who knows a few patients' outcomes makes of what it sees of all of them.
// What:        ridge regression of +1 and -1 on the standardised view of the known rows; the others are ranked by it. The mean over several draws of who is known.
// Reference:   Fu et al. 2022, "Label Inference Attacks Against Vertical Federated Learning" (USENIX Security), section 5.1 (a head on what the attacker has), in its
//              supervised form: linear, without unlabelled rows and without further training of what lies under the head.
using VerticalFL.Training.Metrics;

namespace VerticalFL.Training.Audits;

/// <summary>The attack with a few known outcomes.</summary>
internal static class FewLabelsAttack
{
    private const int Draws = 5;

    /// <summary>The mean AUC on the rows that are not known; one half when too few rows of a class are left.</summary>
    public static double Auc(ReadOnlySpan<float> rows, int width, bool[] outcomes, int knownPerClass) =>
        AucOfStandardised(Ridge.Standardise(rows, width), width, outcomes, knownPerClass, penalty: 1);

    /// <summary>The same of rows that are standardised already.</summary>
    public static double AucOfStandardised(float[] rows, int width, bool[] outcomes, int knownPerClass, double penalty)
    {
        int positives = outcomes.Count(o => o);
        if (positives <= knownPerClass || outcomes.Length - positives <= knownPerClass)
        {
            return 0.5;
        }

        double sum = 0;
        var draw = new Random(2);
        int[] order = [.. Enumerable.Range(0, outcomes.Length)];
        for (int d = 0; d < Draws; d++)
        {
            draw.Shuffle(order);
            int[] known = [.. order.Where(r => outcomes[r]).Take(knownPerClass), .. order.Where(r => !outcomes[r]).Take(knownPerClass)];
            double[] model = Ridge.Fit(rows, width, known, [.. known.Select(r => outcomes[r] ? 1.0 : -1)], penalty);
            int[] others = [.. order.Except(known)];
            float[] scores = [.. others.Select(r => (float)Product(rows, r, model))];
            sum += RocCurve.Auc(scores, [.. others.Select(r => outcomes[r])])!.Value;
        }

        return sum / Draws;
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
