using VerticalFL.Data.Schema;

namespace VerticalFL.Data.Preprocessing;

/// <summary>A column that is used, and how it is coded.</summary>
/// <param name="Name">The column.</param>
/// <param name="Kind">Number or category.</param>
public sealed record SelectedColumn(string Name, ColumnKind Kind);

/// <summary>Which columns of a table become features, and why the others do not.</summary>
public sealed record FeatureSelection
{
    /// <summary>The columns that are used, in file order; may be empty.</summary>
    public required IReadOnlyList<SelectedColumn> Columns { get; init; }

    /// <summary>All other columns, in file order.</summary>
    public required IReadOnlyList<DroppedColumn> Dropped { get; init; }

    /// <summary>The used columns whose values have the shape of an identifier, or whose name has and which the study names: to be shown.</summary>
    public required IReadOnlyList<ColumnProfile> Warnings { get; init; }

    /// <summary>
    /// Chooses. Exclusion wins over inclusion; a pattern holds <c>*</c> for any run of characters and is compared exactly otherwise. A column
    /// that looks like an identifier by its name is kept only if <paramref name="include"/> names it without a pattern or its kind is declared.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="profiles">What <see cref="SchemaInference.Profile"/> says of it.</param>
    /// <param name="include">Names or patterns to use; an empty list means every column.</param>
    /// <param name="exclude">Names or patterns to drop.</param>
    /// <param name="reserved">Columns that the study needs otherwise: identifiers, label, time, event, split. They need not exist.</param>
    /// <exception cref="DataException">
    /// A name or inclusion pattern fits no column, a reserved column is named as a feature, or a chosen column cannot be used as it is.
    /// </exception>
    public static FeatureSelection Choose(
        Table table, IReadOnlyList<ColumnProfile> profiles, IReadOnlyList<string> include, IReadOnlyList<string> exclude,
        IReadOnlyCollection<string> reserved)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(profiles);
        ArgumentNullException.ThrowIfNull(include);
        ArgumentNullException.ThrowIfNull(exclude);
        ArgumentNullException.ThrowIfNull(reserved);
        include = include.Count == 0 ? ["*"] : include;
        CheckPatterns(table, include, exclude, reserved);

        List<SelectedColumn> columns = [];
        List<DroppedColumn> dropped = [];
        List<ColumnProfile> warnings = [];
        foreach (ColumnProfile profile in profiles)
        {
            if (Drop(profile, include, exclude, reserved) is DroppedColumn drop)
            {
                dropped.Add(drop);
                continue;
            }

            if (profile.Problem is not null)
            {
                throw profile.Problem;
            }

            columns.Add(new SelectedColumn(profile.Name, profile.ValueKind));
            if (profile.Identifier is not null)
            {
                warnings.Add(profile);
            }
        }

        return new FeatureSelection { Columns = columns, Dropped = dropped, Warnings = warnings };
    }

    private static DroppedColumn? Drop(
        ColumnProfile profile, IReadOnlyList<string> include, IReadOnlyList<string> exclude, IReadOnlyCollection<string> reserved)
    {
        string name = profile.Name;
        return reserved.Contains(name) ? new DroppedColumn(name, DropReason.Reserved)
            : exclude.Any(p => Fits(p, name)) ? new DroppedColumn(name, DropReason.Excluded)
            : !include.Any(p => Fits(p, name)) ? new DroppedColumn(name, DropReason.NotIncluded)
            : profile is { Kind: ColumnKind.Identifier, IsDeclared: true } ? new DroppedColumn(name, DropReason.Identifier)
            : profile.Kind == ColumnKind.Identifier && profile.Identifier is { Evidence: IdentifierEvidence.Name } finding && !include.Contains(name)
                ? new DroppedColumn(name, DropReason.Identifier, finding.Kind)
            : profile.IsFreeText ? new DroppedColumn(name, DropReason.FreeText)
            : null;
    }

    private static void CheckPatterns(
        Table table, IReadOnlyList<string> include, IReadOnlyList<string> exclude, IReadOnlyCollection<string> reserved)
    {
        foreach (string name in include.Concat(exclude).Where(p => !p.Contains('*', StringComparison.Ordinal)))
        {
            // A misspelt exclusion would let the column out, so it is refused like a misspelt inclusion.
            table.GetColumn(name);
        }

        foreach (string pattern in include)
        {
            if (reserved.Contains(pattern))
            {
                throw new DataException(
                    table.Source, null, pattern, "the study uses this column as identifier, outcome or split, so it cannot be a feature too; take it out of include.");
            }

            if (!table.ColumnNames.Any(n => Fits(pattern, n)))
            {
                throw new DataException(table.Source, null, null, $"no column fits '{pattern}'; mend the pattern in the study's include.");
            }
        }
    }

    /// <summary>Whether a name fits a pattern with any number of <c>*</c>; linear in the name for each star.</summary>
    internal static bool Fits(string pattern, string name)
    {
        string[] parts = pattern.Split('*');
        if (parts.Length == 1)
        {
            return pattern == name;
        }

        if (!name.StartsWith(parts[0], StringComparison.Ordinal) || name.Length < parts[0].Length + parts[^1].Length)
        {
            return false;
        }

        int at = parts[0].Length;
        int end = name.Length - parts[^1].Length;
        foreach (string part in parts[1..^1])
        {
            int found = name.IndexOf(part, at, end - at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + part.Length;
        }

        return name.EndsWith(parts[^1], StringComparison.Ordinal);
    }
}
