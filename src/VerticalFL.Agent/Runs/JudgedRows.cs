namespace VerticalFL.Agent.Runs;

/// <summary>Predictions beside what happened, for some rows.</summary>
/// <param name="Predictions">Rows x width: probabilities, numbers in the outcome's unit, or risks.</param>
/// <param name="Width">Numbers a row.</param>
/// <param name="Outcomes">One a row: class, number or time.</param>
/// <param name="Events">For survival, one a row.</param>
/// <param name="BrierScores">For survival, one a row: its part of the integrated Brier score; null where that cannot be computed.</param>
internal sealed record JudgedRows(float[] Predictions, int Width, float[] Outcomes, bool[]? Events, double[]? BrierScores = null)
{
    public int Count => Outcomes.Length;

    public int[] Classes => [.. Outcomes.Select(v => (int)v)];

    /// <summary>The rows of several parts, one behind the other; their predictions must have one scale.</summary>
    public static JudgedRows Join(IReadOnlyList<JudgedRows> parts) => new(
        [.. parts.SelectMany(p => p.Predictions)], parts[0].Width, [.. parts.SelectMany(p => p.Outcomes)],
        parts[0].Events is null ? null : [.. parts.SelectMany(p => p.Events!)]);

    /// <summary>The rows with the given numbers, in their order, each as often as it is named.</summary>
    public JudgedRows Take(ReadOnlySpan<int> rows)
    {
        var predictions = new float[rows.Length * Width];
        var outcomes = new float[rows.Length];
        bool[]? events = Events is null ? null : new bool[rows.Length];
        double[]? scores = BrierScores is null ? null : new double[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            Predictions.AsSpan(rows[i] * Width, Width).CopyTo(predictions.AsSpan(i * Width));
            outcomes[i] = Outcomes[rows[i]];
            if (events is not null)
            {
                events[i] = Events![rows[i]];
            }

            if (scores is not null)
            {
                scores[i] = BrierScores![rows[i]];
            }
        }

        return new JudgedRows(predictions, Width, outcomes, events, scores);
    }
}
