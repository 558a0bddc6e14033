using VerticalFL.Alignment.Identifiers;
using VerticalFL.Data;
using VerticalFL.Data.Ingestion;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Data.Schema;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using ColumnKind = VerticalFL.Data.Schema.ColumnKind;

namespace VerticalFL.Agent.Runs;

/// <summary>A party's table, read and judged before anything is sent: identifiers, the columns that become features, the outcome's columns.</summary>
internal sealed record PartyInput(Table Table, ItemSet Items, FeatureSelection Selection, OutcomeColumns? Outcome, string? SplitColumn)
{
    /// <summary>With differential privacy, the recipe that the study declares; null otherwise, and it is fitted on the training rows.</summary>
    public FeatureRecipe? Declared { get; init; }

    private const int NamedRows = 5;

    /// <exception cref="DataException">The table cannot be used; nothing has left the party.</exception>
    public static async Task<PartyInput> ReadAsync(string path, StudyDocument document, PartyId self, CancellationToken cancellationToken)
    {
        Study study = document.Study;
        Table table = await CsvSource.ReadAsync(path, cancellationToken);
        ItemSet items = ReadIdentifiers(table, document);
        bool labelled = self == study.LabelParty;
        OutcomeColumns? outcome = labelled ? OutcomeOf(study.Task) : null;
        string? split = labelled && table.TryGetColumn(study.Task.Split, out _) ? study.Task.Split : null;
        if (labelled && split is null && study.Task.Split != new TaskSettings { Kind = study.Task.Kind }.Split)
        {
            // Only the standard name may be absent: a misspelt one would quietly split by chance.
            table.GetColumn(study.Task.Split);
        }

        foreach (string column in OutcomeNames(study.Task, labelled))
        {
            table.GetColumn(column);
        }

        if (labelled && study.Evaluation.Subgroup is { } subgroup)
        {
            table.GetColumn(subgroup);
        }

        PartyData data = study.Data.GetValueOrDefault(self) ?? new PartyData();
        if (study.Privacy.DifferentialPrivacy is not null)
        {
            return new PartyInput(table, items, DeclaredColumns(table, data), outcome, split)
            {
                Declared = FeatureRecipe.Declare(data.Ranges.Select(r => KeyValuePair.Create(r.Key, (r.Value.Low, r.Value.High))), data.Levels),
            };
        }

        Dictionary<string, ColumnKind> declared = data.Kinds.ToDictionary(
            k => k.Key, k => k.Value == Messages.Studies.ColumnKind.Number ? ColumnKind.Number : ColumnKind.Category);
        string[] reserved = [.. study.Identifiers.Select(i => i.Column), .. OutcomeNames(study.Task, labelled), .. split is null ? Array.Empty<string>() : [split]];
        FeatureSelection selection = FeatureSelection.Choose(
            table, SchemaInference.Profile(table, declared), data.Include, data.Exclude, reserved);
        return new PartyInput(table, items, selection, outcome, split);
    }

    private static FeatureSelection DeclaredColumns(Table table, PartyData data)
    {
        SelectedColumn[] columns =
        [
            .. data.Ranges.Keys.Order(StringComparer.Ordinal).Select(c => new SelectedColumn(c, ColumnKind.Number)),
            .. data.Levels.Keys.Order(StringComparer.Ordinal).Select(c => new SelectedColumn(c, ColumnKind.Category)),
        ];
        foreach (SelectedColumn column in columns)
        {
            table.GetColumn(column.Name);
        }

        return new FeatureSelection { Columns = columns, Dropped = [], Warnings = [] };
    }

    /// <summary>The table's patients; every row has one of its own.</summary>
    /// <exception cref="DataException">A row has none, or one of another row, or there are more than the study pads to.</exception>
    public static ItemSet ReadIdentifiers(Table table, StudyDocument document)
    {
        var columns = new List<IReadOnlyList<string?>>();
        foreach (IdentifierColumn identifier in document.Study.Identifiers)
        {
            columns.Add(table.TryGetColumn(identifier.Column, out Column? column)
                ? column.Cells
                : throw new DataException(
                    $"{table.Source} has no identifier column '{identifier.Column}': rename the column that holds it, or name yours under identifiers in the study."));
        }

        ItemSet items = ItemSet.Build(document.Id, document.Study.Identifiers, columns);
        if (items.BlankRows.Count > 0)
        {
            throw new DataException(
                $"{table.Source} has {items.BlankRows.Count} row(s) without a usable identifier, first on line {Lines(table, items.BlankRows)}: fill them in or remove the rows.");
        }

        if (items.Duplicates.Count > 0)
        {
            IEnumerable<int> rows = items.Duplicates.SelectMany(d => d.Rows);
            throw new DataException(
                $"{table.Source} has {items.Duplicates.Count} identifier(s) in more than one row, first on lines {Lines(table, [.. rows])}: keep one row for each patient.");
        }

        if (items.Count > document.Study.Alignment.PadTo)
        {
            throw new DataException(
                $"{table.Source} has {items.Count} patients, more than the {document.Study.Alignment.PadTo} to which the study pads every party: raise alignment.padTo.");
        }

        return items;
    }

    private static string Lines(Table table, IReadOnlyList<int> rows) =>
        string.Join(", ", rows.Take(NamedRows).Select(r => table.LineOf(r))) + (rows.Count > NamedRows ? ", ..." : "");

    private static OutcomeColumns OutcomeOf(TaskSettings task) => task.Kind switch
    {
        TaskKind.Binary => new OutcomeColumns(OutcomeKind.Binary, task.Label, task.Positive),
        TaskKind.Multiclass => new OutcomeColumns(OutcomeKind.Multiclass, task.Label),
        TaskKind.Regression => new OutcomeColumns(OutcomeKind.Regression, task.Label),
        _ => new OutcomeColumns(OutcomeKind.Survival, Time: task.Time, Event: task.Event),
    };

    private static IEnumerable<string> OutcomeNames(TaskSettings task, bool labelled) =>
        !labelled ? [] : task.Kind == TaskKind.Survival ? [task.Time, task.Event] : [task.Label];
}
