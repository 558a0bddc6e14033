namespace VerticalFL.Data.Preprocessing;

/// <summary>How one column of categories becomes features: one a level, and one each for "other" and "missing" if training rows have them.</summary>
public sealed record CategoryColumn
{
    /// <summary>The column.</summary>
    public required string Name { get; init; }

    /// <summary>The levels with a feature of their own, ordinally sorted.</summary>
    public required IReadOnlyList<string> Levels { get; init; }

    /// <summary>
    /// Whether training rows have further levels, so that "other" is a feature. Without it a level that training never saw is all zeros: a
    /// feature that was never trained would only add noise.
    /// </summary>
    public required bool HasOther { get; init; }

    /// <summary>Whether a training value is missing, so that "is missing" is a feature of its own.</summary>
    public required bool HasMissing { get; init; }

    /// <summary>How many features this makes.</summary>
    internal int Width => Levels.Count + (HasOther ? 1 : 0) + (HasMissing ? 1 : 0);

    internal IEnumerable<string> FeatureNames()
    {
        IEnumerable<string> names = Levels.Select(l => Name + "=" + l);
        names = HasOther ? names.Append(Name + " (other)") : names;
        return HasMissing ? names.Append(Name + " (missing)") : names;
    }

    /// <summary>Fits; null when no training row has a value.</summary>
    internal static CategoryColumn? Fit(Column column, IReadOnlyList<int> trainingRows)
    {
        Dictionary<string, int> counts = new(StringComparer.Ordinal);
        int present = 0;
        foreach (int row in trainingRows)
        {
            if (column.Cells[row] is string level)
            {
                present++;
                counts[level] = counts.GetValueOrDefault(level) + 1;
            }
        }

        string[] levels =
        [
            .. counts.Where(c => c.Value >= FeatureRecipe.MinimumLevelRows)
                .OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal)
                .Take(FeatureRecipe.MaximumLevels)
                .Select(c => c.Key).Order(StringComparer.Ordinal),
        ];
        return present == 0 ? null : new CategoryColumn
        {
            Name = column.Name,
            Levels = levels,
            HasOther = levels.Length < counts.Count,
            HasMissing = present < trainingRows.Count,
        };
    }

    /// <summary>Writes this column's features for all rows, from <paramref name="offset"/> in each row on, over zeros.</summary>
    internal void Apply(Column column, IReadOnlyList<int> rows, Span<float> values, int offset, int stride)
    {
        Dictionary<string, int> index = new(StringComparer.Ordinal);
        for (int i = 0; i < Levels.Count; i++)
        {
            index.Add(Levels[i], i);
        }

        for (int i = 0; i < rows.Count; i++)
        {
            string? cell = column.Cells[rows[i]];
            int feature = cell is null ? (HasMissing ? Width - 1 : -1)
                : index.TryGetValue(cell, out int level) ? level
                : HasOther ? Levels.Count : -1;
            if (feature >= 0)
            {
                values[(i * stride) + offset + feature] = 1;
            }
        }
    }
}
