using VerticalFL.Alignment.Identifiers;
using VerticalFL.Data;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// A table's patients under each of a study's keys. A value that is blank, not of its kind, or another row's too names nobody under its key; its row waits for the
/// next key.
/// </summary>
/// <param name="Sets">The items under each key, in the study's order.</param>
internal sealed record PartyKeys(IReadOnlyList<ItemSet> Sets)
{
    /// <summary>How many patients the table has.</summary>
    public int Patients => Sets[0].TableRows;

    /// <summary>The keys of a table in which every row has an identifier of its own under one key at least.</summary>
    /// <exception cref="DataException">A column is missing, a row has no identifier of its own, or there are more patients than the study pads to.</exception>
    public static PartyKeys Read(Table table, StudyDocument document, PartyId self)
    {
        PartyKeys read = Build(table, document, self);
        KeyRows.Require(table, document.Study.KeysOf(self), read.Sets);
        int most = read.Sets.Max(s => s.Count);
        return most <= (document.Study.Alignment.PadTo ?? int.MaxValue) ? read : throw new DataException(
            $"{table.Source} has {most} patients, more than the {document.Study.Alignment.PadTo} to which the study pads every party: raise alignment.padTo.");
    }

    /// <summary>The keys of a table, whatever is wrong with its rows.</summary>
    /// <exception cref="DataException">A column is missing.</exception>
    public static PartyKeys Build(Table table, StudyDocument document, PartyId self) => Build(table, document.Study.KeysOf(self), document.Id);

    /// <summary>What names each row's patient whatever the study: the item under the first key that names it; empty where none does.</summary>
    public static ReadOnlyMemory<byte>[] PseudonymsOf(Table table, IReadOnlyList<IReadOnlyList<IdentifierColumn>> keys)
    {
        var pseudonyms = new ReadOnlyMemory<byte>[table.RowCount];
        foreach (ItemSet set in Build(table, keys, default).Sets.Reverse())
        {
            for (int i = 0; i < set.Count; i++)
            {
                pseudonyms[set.Rows[i]] = set.Items.Slice(i * ItemSet.ItemSize, ItemSet.ItemSize);
            }
        }

        return pseudonyms;
    }

    private static PartyKeys Build(Table table, IReadOnlyList<IReadOnlyList<IdentifierColumn>> keys, StudyId study) =>
        new([.. keys.Select((key, k) => ItemSet.Build(study, key, [.. key.Select(i => CellsOf(table, i.Column))], k + 1))]);

    private static IReadOnlyList<string?> CellsOf(Table table, string column) => table.TryGetColumn(column, out Column? found)
        ? found.Cells
        : throw new DataException(
            $"{table.Source} has no identifier column '{column}', and every party needs the columns of every key: rename the column that holds it, or name yours under data, your party, identifiers in the study.");
}
