namespace VerticalFL.Data.Preprocessing;

/// <summary>How one column of numbers becomes features. All figures come from the training rows.</summary>
public sealed record NumberColumn
{
    /// <summary>The column.</summary>
    public required string Name { get; init; }

    /// <summary>The median, put where a value is missing.</summary>
    public required double Median { get; init; }

    /// <summary>The mean of the values that are present.</summary>
    public required double Mean { get; init; }

    /// <summary>Their standard deviation (divisor n); 0 when they are all equal: then only the indicator is a feature.</summary>
    public required double StandardDeviation { get; init; }

    /// <summary>Whether a training value is missing, so that "is missing" is a feature of its own.</summary>
    public required bool HasMissing { get; init; }

    /// <summary>How many features this makes: 0 (the column is dropped), 1 or 2.</summary>
    internal int Width => (StandardDeviation > 0 ? 1 : 0) + (HasMissing ? 1 : 0);

    internal IEnumerable<string> FeatureNames()
    {
        if (StandardDeviation > 0)
        {
            yield return Name;
        }

        if (HasMissing)
        {
            yield return Name + " (missing)";
        }
    }

    /// <summary>
    /// Fits; null when no training row has a value. Values are sorted before they are summed, so the order of rows, which differs from run to
    /// run, changes no bit of the result.
    /// </summary>
    internal static NumberColumn? Fit(Table table, Column column, IReadOnlyList<int> trainingRows)
    {
        double[] all = column.Numbers.Values;
        double[] values = [.. trainingRows.Select(r => all[r]).Where(v => !double.IsNaN(v)).Order()];
        if (values.Length == 0)
        {
            return null;
        }

        double sum = 0;
        foreach (double v in values)
        {
            sum += v;
        }

        double mean = sum / values.Length;
        double squares = 0;
        foreach (double v in values)
        {
            squares += (v - mean) * (v - mean);
        }

        // Equal values can leave a rounding residue in the mean; they are constant all the same.
        double deviation = values[0] == values[^1] ? 0 : Math.Sqrt(squares / values.Length);
        if (!double.IsFinite(mean) || !double.IsFinite(deviation))
        {
            throw new DataException(
                table.Source, null, column.Name, "the numbers are too large to be standardised; give them in a larger unit, or exclude the column.");
        }

        double median = (values.Length & 1) == 1
            ? values[values.Length / 2]
            : (values[(values.Length / 2) - 1] / 2) + (values[values.Length / 2] / 2);
        return new NumberColumn
        {
            Name = column.Name,
            Median = median,
            Mean = mean,
            StandardDeviation = deviation,
            HasMissing = values.Length < trainingRows.Count,
        };
    }

    /// <summary>Writes this column's features for all rows, from <paramref name="offset"/> in each row on.</summary>
    internal void Apply(Table table, Column column, IReadOnlyList<int> rows, Span<float> values, int offset, int stride)
    {
        NumberCells numbers = column.Numbers;
        if (numbers.Unreadable.Count > 0)
        {
            throw Schema.SchemaInference.NotANumber(table, column, numbers.Unreadable);
        }

        for (int i = 0; i < rows.Count; i++)
        {
            double value = numbers.Values[rows[i]];
            bool missing = double.IsNaN(value);
            int at = (i * stride) + offset;
            if (StandardDeviation > 0)
            {
                double standard = ((missing ? Median : value) - Mean) / StandardDeviation;
                values[at++] = (float)Math.Clamp(standard, -FeatureRecipe.Clip, FeatureRecipe.Clip);
            }

            if (HasMissing)
            {
                values[at] = missing ? 1 : 0;
            }
        }
    }
}
