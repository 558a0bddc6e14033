using VerticalFL.Data.Preprocessing;

namespace VerticalFL.Training.Engines;

/// <summary>A party's prepared table as its engine reads it: all finite, rows by number.</summary>
internal sealed class PreparedTable
{
    private readonly float[] values;

    /// <summary>Checks the table; it is kept, not copied.</summary>
    /// <exception cref="ArgumentException">A shape or a value is not usable.</exception>
    public PreparedTable(FeatureMatrix features)
    {
        ArgumentNullException.ThrowIfNull(features);
        (values, Rows, Columns, _) = features;
        ArgumentOutOfRangeException.ThrowIfNegative(Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(Columns, 1);
        if (values.Length != (long)Rows * Columns)
        {
            throw new ArgumentException(
                $"A table of {Rows} x {Columns} has {(long)Rows * Columns} values, not {values.Length}.", nameof(features));
        }

        int bad = Array.FindIndex(values, value => !float.IsFinite(value));
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"The prepared table's row {bad / Columns}, column {bad % Columns} is infinite or not a number; impute it before training.",
                nameof(features));
        }
    }

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Refuses rows that the table has not, and a span at the cut that is not theirs.</summary>
    /// <param name="rows">Row numbers.</param>
    /// <param name="cutLength">Floats of the span.</param>
    /// <param name="cutWidth">The width of the cut.</param>
    public void Require(ReadOnlySpan<int> rows, int cutLength, int cutWidth)
    {
        if (cutLength != (long)rows.Length * cutWidth)
        {
            throw new ArgumentException(
                $"{rows.Length} rows at a cut of {cutWidth} need {(long)rows.Length * cutWidth} floats, not {cutLength}.", nameof(cutLength));
        }

        foreach (int row in rows)
        {
            if ((uint)row >= (uint)Rows)
            {
                throw new ArgumentException($"Row {row} is not in the table of {Rows} rows.", nameof(rows));
            }
        }
    }

    /// <summary>Copies rows, one after the other.</summary>
    public void Gather(ReadOnlySpan<int> rows, Span<float> target)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            values.AsSpan(checked(rows[i] * Columns), Columns).CopyTo(target[(i * Columns)..]);
        }
    }
}
