// Model completion: a feature party puts a head of its own on its own trained bottom and fits it to a few patients whose outcome it knows.
// What:        heads as FewLabelsAttack fits them, on: the bottom's outputs with the final weights; their means over all epochs; either with the means of the
//              gradients that came back. The strongest of these and of its settings counts. By itself, what further training of the bottom adds (FineTunedCompletion). Beside
//              both the same on the party's columns and on a bottom with fresh weights: what the party could do without any training with others.
// Reference:   Fu et al. 2022, "Label Inference Attacks Against Vertical Federated Learning" (USENIX Security), section 5.1 (passive model completion).
// Adversary:   a semi-honest feature party that knows the outcomes of k training patients of each class. The malicious optimiser of section 5.2 of the paper
//              takes a training of its own (MaliciousUpdate), after which this is played.
namespace VerticalFL.Training.Audits;

/// <summary>What a feature party makes of its own trained bottom model and a few known outcomes.</summary>
public static class CompletionAttack
{
    /// <summary>Known outcomes of each class: 20, as for <see cref="LabelAttack.FewLabels"/>.</summary>
    public const int KnownPerClass = LabelLeakAudit.KnownPerClass;

    private const int Deals = 5;
    private const int FurtherDeals = 2;
    private static readonly double[] Penalties = [0.1, 1, 10];

    /// <summary>Plays it.</summary>
    /// <param name="view">What the party computed and received.</param>
    /// <param name="columns">Its prepared table's rows that the view is of, row-major.</param>
    /// <param name="outcomes">The true outcomes of these rows.</param>
    /// <param name="copies">Copies of the party's bottom; null when they cannot be had, and nothing is trained further.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static CompletionLeak Play(
        AuditView view, ReadOnlyMemory<float> columns, bool[] outcomes, BottomCopies? copies = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(view);
        ArgumentNullException.ThrowIfNull(outcomes);
        int rows = view.Rows.Count;
        if (outcomes.Length != rows || rows == 0 || columns.Length % rows != 0)
        {
            throw new ArgumentException($"A view of {rows} rows, {outcomes.Length} outcomes and {columns.Length} values of columns do not fit together.");
        }

        List<float[]> views = [view.Last, view.Averaged];
        if (view.Gradients.Length > 0)
        {
            views.Add(Beside(rows, view.Last, view.Gradients));
            views.Add(Beside(rows, view.Averaged, view.Gradients));
        }

        float[] gradients = copies is null || view.Gradients.Length == 0 ? [] : Ridge.Standardise(view.Gradients, view.Gradients.Length / rows);
        FineTunedCompletion? further = copies is null ? null : new FineTunedCompletion(columns, gradients, copies.Trained);
        List<float[]> scaled = [.. views.Select(v => Ridge.Standardise(v, v.Length / rows))];
        float[] alone = Ridge.Standardise(columns.Span, columns.Length / rows);
        double auc = Strongest(scaled, outcomes, cancellationToken);
        double ownColumns = Strongest([alone], outcomes, cancellationToken);
        if (copies is not null)
        {
            ownColumns = Math.Max(ownColumns, new FineTunedCompletion(columns, [], copies.Fresh).Auc(outcomes, KnownPerClass, cancellationToken));
        }


        // Not a secret: the deals only say what chance would give.
        var deal = new Random(1);
        double chance = 0, furtherChance = 0;
        for (int d = 0; d < Deals; d++)
        {
            bool[] dealt = [.. outcomes];
            deal.Shuffle(dealt);
            chance += Strongest(scaled, dealt, cancellationToken) / Deals;
            if (d < FurtherDeals)
            {
                furtherChance += (further?.Auc(dealt, KnownPerClass, cancellationToken) ?? 0) / FurtherDeals;
            }
        }

        return new CompletionLeak(auc, chance, ownColumns)
        {
            FineTunedAuc = further?.Auc(outcomes, KnownPerClass, cancellationToken),
            FineTunedChance = further is null ? null : furtherChance,
        };
    }

    private static double Strongest(List<float[]> views, bool[] outcomes, CancellationToken cancellationToken)
    {
        double largest = 0;
        foreach (float[] view in views)
        {
            cancellationToken.ThrowIfCancellationRequested();
            largest = Math.Max(largest, FewLabelsAttack.AucOfStandardised(view, view.Length / outcomes.Length, outcomes, KnownPerClass, Penalties));
        }

        return largest;
    }

    private static float[] Beside(int rows, float[] left, float[] right)
    {
        int leftWidth = left.Length / rows, rightWidth = right.Length / rows;
        float[] both = new float[left.Length + right.Length];
        for (int r = 0; r < rows; r++)
        {
            Span<float> row = both.AsSpan(r * (leftWidth + rightWidth), leftWidth + rightWidth);
            left.AsSpan(r * leftWidth, leftWidth).CopyTo(row);
            right.AsSpan(r * rightWidth, rightWidth).CopyTo(row[leftWidth..]);
        }

        return both;
    }
}
