using VerticalFL.Agent.Runs;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Data;
using VerticalFL.Data.Ingestion;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Predictions;

/// <summary>A party's table of new patients, read and judged before anything is sent: identifiers, and the columns that the model was trained on.</summary>
internal sealed record PredictionInput(Table Table, PartyKeys Keys, IReadOnlyList<string> Columns)
{
    /// <exception cref="DataException">The table cannot be used; nothing has left the party.</exception>
    public static async Task<PredictionInput> ReadAsync(string path, StudyDocument document, PartyId self, FeatureRecipe recipe, CancellationToken cancellationToken)
    {
        Table table = await CsvSource.ReadAsync(path, cancellationToken);
        PartyKeys keys = PartyKeys.Read(table, document, self);
        string[] columns = [.. recipe.Numbers.Select(n => n.Name), .. recipe.Categories.Select(c => c.Name)];
        foreach (string column in columns)
        {
            table.GetColumn(column);
        }

        return new PredictionInput(table, keys, columns);
    }

    /// <summary>
    /// Patients of some rows as this party knows them in all its studies: by the column that its policy's privacyBudget names, or, where the table has none such,
    /// by the study's identifiers.
    /// </summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> PatientsOf(StudyDocument document, PartyId self, string patient, IReadOnlyList<int> rows)
    {
        if (!Table.TryGetColumn(patient, out Column? column))
        {
            ReadOnlyMemory<byte>[] pseudonyms = PartyKeys.PseudonymsOf(Table, document.Study.KeysOf(self));
            return [.. rows.Select(r => pseudonyms[r])];
        }

        ItemSet items = ItemSet.Build(default, [new IdentifierColumn(patient, IdentifierKind.Text)], [[.. rows.Select(r => column.Cells[r])]]);
        return items.Count == rows.Count
            ? [.. Enumerable.Range(0, items.Count).Select(i => items.Items.Slice(i * ItemSet.ItemSize, ItemSet.ItemSize))]
            : throw new DataException(
                Table.Source, null, patient, "predictions are counted by this column, and it is blank or the same for some of the common patients: mend it, or name another one in the policy's privacyBudget.patient.");
    }
}
