using VerticalFL.Data;
using VerticalFL.Data.Ingestion;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Data.Schema;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using ColumnKind = VerticalFL.Data.Schema.ColumnKind;

namespace VerticalFL.Agent.Runs;

/// <summary>A party's table, read and judged before anything is sent: identifiers, the columns that become features, the outcome's columns.</summary>
internal sealed record PartyInput(Table Table, PartyKeys Keys, FeatureSelection Selection, OutcomeColumns? Outcome, string? SplitColumn)
{
    /// <summary>With differential privacy, the recipe that the study declares; null otherwise, and it is fitted on the training rows.</summary>
    public FeatureRecipe? Declared { get; init; }

    /// <exception cref="DataException">The table cannot be used; nothing has left the party.</exception>
    public static async Task<PartyInput> ReadAsync(string path, StudyDocument document, PartyId self, CancellationToken cancellationToken)
    {
        Study study = document.Study;
        Table table = await CsvSource.ReadAsync(path, cancellationToken);
        PartyKeys keys = PartyKeys.Read(table, document, self);
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
            return new PartyInput(table, keys, DeclaredColumns(table, data), outcome, split)
            {
                Declared = FeatureRecipe.Declare(data.Ranges.Select(r => KeyValuePair.Create(r.Key, (r.Value.Low, r.Value.High))), data.Levels),
            };
        }

        Dictionary<string, ColumnKind> declared = data.Kinds.ToDictionary(
            k => k.Key, k => k.Value == Messages.Studies.ColumnKind.Number ? ColumnKind.Number : ColumnKind.Category);
        string[] reserved = [.. study.KeysOf(self).SelectMany(k => k).Select(i => i.Column).Distinct(), .. OutcomeNames(study.Task, labelled), .. split is null ? Array.Empty<string>() : [split]];
        FeatureSelection selection = FeatureSelection.Choose(
            table, SchemaInference.Profile(table, declared), data.Include, data.Exclude, reserved);
        return new PartyInput(table, keys, selection, outcome, split);
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
