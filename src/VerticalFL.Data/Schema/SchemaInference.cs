using System.Globalization;

namespace VerticalFL.Data.Schema;

/// <summary>
/// Says what each column holds. A column whose every present cell is a finite number is a number (0 and 1 too); one of which at least 95 %
/// are numbers, but not all, is taken for numbers with slips and refused when it is used; everything else is a category. Kinds depend on
/// the whole table, never on the outcome.
/// </summary>
public static class SchemaInference
{
    /// <summary>From this share of readable numbers on, the rest counts as slips and not as categories: 0.95.</summary>
    public const double NumberShare = 0.95;

    /// <summary>The fewest present cells on which shares are judged: 20.</summary>
    public const int EnoughCells = 20;

    /// <summary>A text column with more different values than this share of its present cells is free text: 0.5.</summary>
    public const double FreeTextShare = 0.5;

    private static readonly Dictionary<string, ColumnKind> NothingDeclared = [];

    /// <summary>Profiles every column.</summary>
    /// <param name="table">The table.</param>
    /// <param name="declared">Kinds that are declared instead of inferred, by column name; null for none.</param>
    /// <returns>One profile a column, in file order. A column that cannot be used carries its <see cref="ColumnProfile.Problem"/>.</returns>
    /// <exception cref="DataException">A declared column is not in the table.</exception>
    public static IReadOnlyList<ColumnProfile> Profile(Table table, IReadOnlyDictionary<string, ColumnKind>? declared = null)
    {
        ArgumentNullException.ThrowIfNull(table);
        declared ??= NothingDeclared;
        foreach (string name in declared.Keys)
        {
            table.GetColumn(name);
        }

        return [.. table.Columns.Select(c => ProfileColumn(table, c, declared.TryGetValue(c.Name, out ColumnKind kind) ? kind : null))];
    }

    private static ColumnProfile ProfileColumn(Table table, Column column, ColumnKind? declared)
    {
        NumberCells numbers = column.Numbers;
        int distinct = column.Cells.Where(c => c is not null).Distinct(StringComparer.Ordinal).Count();
        bool nearlyUnique = numbers.Present >= EnoughCells && distinct > FreeTextShare * numbers.Present;
        bool mostlyNumbers = numbers.Present >= EnoughCells && numbers.Unreadable.Count <= (1 - NumberShare) * numbers.Present;
        bool mostlyCommas = numbers.Present > 0 && numbers.Unreadable.Count > 0 && numbers.DecimalCommas == numbers.Unreadable.Count;
        bool isNumber = numbers.Unreadable.Count == 0 || mostlyNumbers || mostlyCommas;
        ColumnKind valueKind = declared is ColumnKind.Number or ColumnKind.Category ? declared.Value
            : isNumber ? ColumnKind.Number : ColumnKind.Category;
        bool freeText = declared is null && valueKind == ColumnKind.Category && nearlyUnique;
        IdentifierFinding? identifier = SafeHarborNames.Find(column.Name, numbers, nearlyUnique) ?? SafeHarborShapes.Find(column, distinct);
        bool isIdentifier = freeText || (identifier is { Evidence: IdentifierEvidence.Name } && declared is null);

        return new ColumnProfile
        {
            Name = column.Name,
            Kind = declared ?? (isIdentifier ? ColumnKind.Identifier : valueKind),
            ValueKind = valueKind,
            IsDeclared = declared is not null,
            Rows = table.RowCount,
            Missing = table.RowCount - numbers.Present,
            Distinct = distinct,
            Minimum = numbers.Readable > 0 && valueKind == ColumnKind.Number ? numbers.Values.Where(double.IsFinite).Min() : null,
            Maximum = numbers.Readable > 0 && valueKind == ColumnKind.Number ? numbers.Values.Where(double.IsFinite).Max() : null,
            IsFreeText = freeText,
            Identifier = identifier,
            Problem = valueKind == ColumnKind.Number && numbers.Unreadable.Count > 0 ? NotANumber(table, column, numbers.Unreadable) : null,
        };
    }

    /// <summary>The refusal of texts where numbers belong; names the first lines.</summary>
    /// <param name="table">The table.</param>
    /// <param name="column">The column.</param>
    /// <param name="rows">The rows that hold no finite number; at least one.</param>
    internal static DataException NotANumber(Table table, Column column, IReadOnlyList<int> rows)
    {
        string others = rows.Count == 1 ? "" : string.Create(
            CultureInfo.InvariantCulture,
            $" (and so on {rows.Count - 1} more: {string.Join(", ", rows.Skip(1).Take(4).Select(table.LineOf))}{(rows.Count > 5 ? ", ..." : "")})");
        string remedy = column.Numbers.DecimalCommas > 0 && column.Numbers.DecimalCommas == column.Numbers.Unreadable.Count
            ? "write it with a decimal point and without separators of thousands"
            : "mend it, leave it empty if it is missing, or declare the column a category";
        return new DataException(
            table.Source, table.LineOf(rows[0]), column.Name, $"the cell is no finite number in a column of numbers{others}; {remedy}.");
    }
}
