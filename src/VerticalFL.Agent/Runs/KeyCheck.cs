using VerticalFL.Data;
using VerticalFL.Data.Ingestion;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>Holds a party's table against the keys of a study, row by row, without anything being sent.</summary>
/// <param name="Rows">How many rows the table has.</param>
/// <param name="Keys">What each key makes of them, in the study's order.</param>
/// <param name="Nameless">The lines to which no key gives an identifier of their own: a run refuses the table as long as there are any.</param>
public sealed record KeyCheck(int Rows, IReadOnlyList<KeyRows> Keys, IReadOnlyList<int> Nameless)
{
    /// <summary>Reads the table and judges it.</summary>
    /// <param name="path">The party's CSV file.</param>
    /// <param name="document">The study.</param>
    /// <param name="self">The party.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="DataException">The table cannot be read, or lacks a column of a key.</exception>
    public static async Task<KeyCheck> RunAsync(string path, StudyDocument document, PartyId self, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        return Of(await CsvSource.ReadAsync(path, cancellationToken), document, self);
    }

    internal static KeyCheck Of(Table table, StudyDocument document, PartyId self)
    {
        PartyKeys keys = PartyKeys.Build(table, document, self);
        return new KeyCheck(
            table.RowCount, [.. document.Study.KeysOf(self).Zip(keys.Sets, (key, set) => KeyRows.Of(table, key, set))], KeyRows.Nameless(table, keys.Sets));
    }
}
