using VerticalFL.Training.Metrics;

namespace VerticalFL.Training.Audits;

/// <summary>
/// Plays a feature party that tries to infer outcomes from the gradients it receives. The label party runs it on what it sends: it needs the outcomes, and
/// nothing of it leaves. For outcomes of two classes. Not for two threads at once.
/// </summary>
/// <remarks>It covers the gradients alone; <see cref="CompletionAttack"/> plays a feature party that completes its own trained model.</remarks>
public sealed class LabelLeakAudit
{
    /// <summary>The most training rows that are looked at: 32768, the first of the cohort. It bounds memory, and the figures need no more.</summary>
    public const int MostRows = 32768;

    /// <summary>Known outcomes of each class for <see cref="LabelAttack.FewLabels"/>: 20.</summary>
    public const int KnownPerClass = 20;

    private const int Deals = 5;
    private readonly int _width;
    private readonly int[] _place;
    private readonly bool[][] _outcomes;
    private readonly float[] _sums;
    private readonly int[] _counts;
    private readonly double[] _relativeNorms;
    private readonly BatchScores _scores;
    private readonly EpochAuc[][] _epochs;

    /// <summary>Begins an audit.</summary>
    /// <param name="positive">The true outcome of every row of the cohort.</param>
    /// <param name="trainingRows">The rows that are trained on.</param>
    /// <param name="width">The width of the cut.</param>
    public LabelLeakAudit(ReadOnlySpan<bool> positive, IReadOnlyList<int> trainingRows, int width)
    {
        ArgumentNullException.ThrowIfNull(trainingRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        _width = width;
        _place = new int[positive.Length];
        Array.Fill(_place, -1);
        int rows = Math.Min(trainingRows.Count, MostRows);
        _outcomes = new bool[1 + Deals][];
        _outcomes[0] = new bool[rows];
        for (int i = 0; i < rows; i++)
        {
            _place[trainingRows[i]] = i;
            _outcomes[0][i] = positive[trainingRows[i]];
        }

        // Not a secret: the deals only say what chance would give.
        var deal = new Random(1);
        for (int d = 1; d <= Deals; d++)
        {
            _outcomes[d] = [.. _outcomes[0]];
            deal.Shuffle(_outcomes[d]);
        }

        _sums = new float[(long)rows * width];
        _counts = new int[rows];
        _relativeNorms = new double[rows];
        _scores = new BatchScores(width);
        _epochs = [.. Enumerable.Range(0, BatchScores.Attacks.Length).Select(_ => Enumerable.Range(0, 1 + Deals).Select(_ => new EpochAuc()).ToArray())];
    }

    /// <summary>Steps that were looked at.</summary>
    public long Steps { get; private set; }

    /// <summary>Looks at what is sent for some rows.</summary>
    /// <param name="rows">Rows of the cohort.</param>
    /// <param name="gradient">Rows x width, as it leaves.</param>
    public void Sent(ReadOnlySpan<int> rows, ReadOnlySpan<float> gradient)
    {
        if (gradient.Length != (long)rows.Length * _width)
        {
            throw new ArgumentException($"{rows.Length} rows of {_width} need as many gradients, not {gradient.Length}.", nameof(gradient));
        }

        Steps++;
        _scores.Look(gradient);
        ReadOnlySpan<float> norms = _scores.Of(LabelAttack.Norm);
        double meanNorm = 0;
        foreach (float norm in norms)
        {
            meanNorm += norm / (double)norms.Length;
        }

        for (int i = 0; i < rows.Length; i++)
        {
            int place = _place[rows[i]];
            if (place >= 0)
            {
                _counts[place]++;
                _relativeNorms[place] += meanNorm > 0 ? norms[i] / meanNorm : 0;
                Span<float> sum = _sums.AsSpan(place * _width, _width);
                ReadOnlySpan<float> row = gradient.Slice(i * _width, _width);
                for (int k = 0; k < _width; k++)
                {
                    sum[k] += row[k];
                }
            }
        }

        Count(rows);
    }

    /// <summary>Says that an epoch is over.</summary>
    public void EndEpoch()
    {
        foreach (EpochAuc[] attack in _epochs)
        {
            foreach (EpochAuc deal in attack)
            {
                deal.End();
            }
        }
    }

    /// <summary>The figures so far; empty when one of the classes does not occur or nothing was sent.</summary>
    public IReadOnlyList<LabelLeak> Leaks(CancellationToken cancellationToken = default)
    {
        if (Steps == 0 || _outcomes[0].Distinct().Count() < 2)
        {
            return [];
        }

        var leaks = new List<LabelLeak>();
        for (int a = 0; a < BatchScores.Attacks.Length; a++)
        {
            EpochAuc[] deals = _epochs[a];
            leaks.Add(new LabelLeak(BatchScores.Attacks[a], deals[0].Largest, deals[1..].Average(d => d.Largest)));
        }

        int[] seen = [.. Enumerable.Range(0, _counts.Length).Where(i => _counts[i] > 0)];
        float[] means = Means(seen);
        var averaged = new BatchScores(_width);
        averaged.Look(means);
        float[] norms = [.. seen.Select(i => (float)(_relativeNorms[i] / _counts[i]))];
        leaks.Add(Judge(LabelAttack.Averaged, seen, outcomes => Averaged(averaged, norms, outcomes)));
        cancellationToken.ThrowIfCancellationRequested();
        leaks.Add(Judge(LabelAttack.FewLabels, seen, outcomes => FewLabelsAttack.Auc(means, _width, outcomes, KnownPerClass)));
        return leaks;
    }

    private LabelLeak Judge(LabelAttack attack, int[] seen, Func<bool[], double> auc)
    {
        double[] figures = [.. _outcomes.Select(o => auc([.. seen.Select(i => o[i])]))];
        return new LabelLeak(attack, figures[0], figures[1..].Average());
    }

    private static double Averaged(BatchScores scores, float[] relativeNorms, bool[] outcomes)
    {
        double largest = BestSign(RocCurve.Auc(relativeNorms, outcomes));
        foreach (LabelAttack attack in BatchScores.Attacks)
        {
            largest = Math.Max(largest, BestSign(RocCurve.Auc(scores.Of(attack), outcomes)));
        }

        return largest;
    }

    private void Count(ReadOnlySpan<int> rows)
    {
        Span<int> used = new int[rows.Length];
        int count = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            if (_place[rows[i]] >= 0)
            {
                used[count++] = i;
            }
        }

        float[] scores = new float[count];
        bool[] outcomes = new bool[count];
        for (int a = 0; a < BatchScores.Attacks.Length; a++)
        {
            ReadOnlySpan<float> all = _scores.Of(BatchScores.Attacks[a]);
            for (int i = 0; i < count; i++)
            {
                scores[i] = all[used[i]];
            }

            for (int d = 0; d <= Deals; d++)
            {
                int positives = 0;
                for (int i = 0; i < count; i++)
                {
                    outcomes[i] = _outcomes[d][_place[rows[used[i]]]];
                    positives += outcomes[i] ? 1 : 0;
                }

                if (RocCurve.Auc(scores, outcomes) is { } auc)
                {
                    // The longer gradients are the rarer class's: an attacker knows which, so that the norm's sign is free too.
                    _epochs[a][d].Add(BestSign(auc), (double)positives * (count - positives));
                }
            }
        }
    }

    private float[] Means(int[] seen)
    {
        float[] means = new float[(long)seen.Length * _width];
        for (int i = 0; i < seen.Length; i++)
        {
            for (int k = 0; k < _width; k++)
            {
                means[(i * _width) + k] = _sums[(seen[i] * _width) + k] / _counts[seen[i]];
            }
        }

        return means;
    }

    private static double BestSign(double? auc) => auc is { } a ? Math.Max(a, 1 - a) : 0.5;
}
