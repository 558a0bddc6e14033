using VerticalFL.Alignment.Identifiers;
using VerticalFL.Data;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>Which rows of a table a key names, and which it does not: counts and lines of the file, never a value.</summary>
/// <param name="Columns">The key's columns in the table.</param>
/// <param name="Usable">How many rows have an identifier of their own under the key.</param>
/// <param name="Blank">The lines in which a part of the identifier is missing.</param>
/// <param name="Invalid">The lines in which a part is there and not of its kind, by column.</param>
/// <param name="Repeated">The lines of each identifier that stands in several rows.</param>
public sealed record KeyRows(
    IReadOnlyList<string> Columns, int Usable, IReadOnlyList<int> Blank, IReadOnlyList<InvalidKeyRows> Invalid, IReadOnlyList<IReadOnlyList<int>> Repeated)
{
    private const int NamedLines = 5;

    /// <summary>How many rows are not of their kind.</summary>
    public int InvalidCount => Invalid.Sum(i => i.Lines.Count);

    /// <summary>How many rows have another row's identifier.</summary>
    public int RepeatedCount => Repeated.Sum(r => r.Count);

    internal static KeyRows Of(Table table, IReadOnlyList<IdentifierColumn> key, ItemSet set) => new(
        [.. key.Select(i => i.Column)],
        set.Count,
        [.. set.BlankRows.Select(table.LineOf)],
        [.. set.Invalid.GroupBy(i => i.Column).OrderBy(g => g.Key).Select(g => new InvalidKeyRows(
            key[g.Key].Column, IdentifierForms.Of(key[g.Key].Kind), [.. g.Select(i => table.LineOf(i.Row))]))],
        [.. set.Duplicates.Select(d => (IReadOnlyList<int>)[.. d.Rows.Select(table.LineOf)])]);

    /// <summary>The lines to which no key gives an identifier of their own.</summary>
    internal static IReadOnlyList<int> Nameless(Table table, IReadOnlyList<ItemSet> sets)
    {
        var named = new bool[table.RowCount];
        foreach (ItemSet set in sets)
        {
            foreach (int row in set.Rows)
            {
                named[row] = true;
            }
        }

        return [.. Enumerable.Range(0, named.Length).Where(r => !named[r]).Select(table.LineOf)];
    }

    /// <summary>Refuses a table with rows that no key names.</summary>
    /// <exception cref="DataException">There are some; the message says where, and how to mend them.</exception>
    internal static void Require(Table table, IReadOnlyList<IReadOnlyList<IdentifierColumn>> keys, IReadOnlyList<ItemSet> sets)
    {
        IReadOnlyList<int> nameless = Nameless(table, sets);
        if (nameless.Count == 0)
        {
            return;
        }

        throw new DataException(keys.Count > 1
            ? $"{table.Source} has {nameless.Count} row(s) that no key of the study tells from the others, first on line {Lines(nameless)}: under every key they are blank, not of its kind, or the same as another row; `vfl data keys` lists them key by key; mend or remove them."
            : ProblemOf(table.Source, Of(table, keys[0], sets[0])));
    }

    private static string ProblemOf(string source, KeyRows rows)
    {
        if (rows.Blank.Count > 0)
        {
            return $"{source} has {rows.Blank.Count} row(s) without a usable identifier, first on line {Lines(rows.Blank)}: fill them in or remove the rows.";
        }

        return rows.Invalid.Count > 0
            ? $"{source} has {rows.Invalid[0].Lines.Count} row(s) whose '{rows.Invalid[0].Column}' is not {rows.Invalid[0].Form}, first on line {Lines(rows.Invalid[0].Lines)}: mend them, remove the rows, or declare another kind under identifiers in the study."
            : $"{source} has {rows.Repeated.Count} identifier(s) in more than one row, first on lines {Lines([.. rows.Repeated.SelectMany(r => r)])}: keep one row for each patient.";
    }

    private static string Lines(IReadOnlyList<int> lines) => string.Join(", ", lines.Take(NamedLines)) + (lines.Count > NamedLines ? ", ..." : "");
}
