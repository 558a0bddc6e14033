namespace VerticalFL.Training.Losses;

/// <summary>The outcomes of a batch, in the order of its rows.</summary>
public readonly ref struct BatchTargets
{
    /// <summary>Makes the targets.</summary>
    /// <param name="values">
    /// A value a row: 0 or 1 (binary), the class number from 0 (multiclass), the number, standardised on training rows by the caller
    /// (regression), or the
    /// follow-up time, 0 or more (survival).
    /// </param>
    /// <param name="events">For survival, 1 where the event happened and 0 where the row is censored; else empty.</param>
    public BatchTargets(ReadOnlySpan<float> values, ReadOnlySpan<float> events = default)
    {
        Values = values;
        Events = events;
        BatchRows = values.Length;
    }

    private BatchTargets(BatchTargets some, int batchRows)
    {
        Values = some.Values;
        Events = some.Events;
        BatchRows = batchRows;
    }

    /// <summary>A value a row.</summary>
    public ReadOnlySpan<float> Values { get; }

    /// <summary>For survival, 1 for an event and 0 for a censored row.</summary>
    public ReadOnlySpan<float> Events { get; }

    /// <summary>Rows.</summary>
    public int Count => Values.Length;

    /// <summary>Over how many rows the mean is taken: those of the whole batch, of which these may be a part.</summary>
    public int BatchRows { get; }

    /// <summary>The same targets as part of a larger batch.</summary>
    /// <param name="batchRows">The batch's rows, at least <see cref="Count"/>.</param>
    public BatchTargets AsPartOf(int batchRows)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchRows, Count);
        return new BatchTargets(this, batchRows);
    }
}
