using System.Text.Encodings.Web;
using System.Text.Json;
using VerticalFL.Data;
using VerticalFL.Data.Schema;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using ColumnKind = VerticalFL.Data.Schema.ColumnKind;

namespace VerticalFL.Simulation.Drafting;

/// <summary>
/// A study that fits the tables of a folder: the shortest that says what they need, so that a person can read and change it. Columns that no run could use as they are
/// are excluded, and said.
/// </summary>
public sealed class StudyDraft
{
    private const string StandardIdentifier = "patient_id";
    private const int ManyColumns = 100;
    private const int MostCodes = 8;

    private static readonly JsonWriterOptions Readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private StudyDraft(byte[] json, IReadOnlyList<string> notes)
    {
        Json = json;
        Document = StudyDocument.Expand(json);
        Notes = notes;
    }

    /// <summary>The study file.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    /// <summary>The same, expanded.</summary>
    public StudyDocument Document { get; }

    /// <summary>Why it says what it says, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; }

    /// <summary>Drafts a study.</summary>
    /// <param name="tables">The parties' tables.</param>
    /// <param name="request">What only a person can say.</param>
    /// <exception cref="SimulationException">The label party has no table, or no column names patients in all of them.</exception>
    /// <exception cref="DataException">The outcome's column is missing, or no task fits its values.</exception>
    /// <exception cref="StudyException">A name cannot stand in a study.</exception>
    public static StudyDraft Of(FolderTables tables, DraftRequest request)
    {
        ArgumentNullException.ThrowIfNull(tables);
        ArgumentNullException.ThrowIfNull(request);
        Table labelled = tables.Find(request.LabelParty) ?? throw new SimulationException(
            SimulationProblem.FileMissing, $"There is no {request.LabelParty}.csv in {tables.Folder}: --label is PARTY.COLUMN, with one of {string.Join(", ", tables.Tables.Keys)}.");
        OutcomeGuess outcome = OutcomeGuess.Of(labelled, request);
        var notes = new List<string> { outcome.Reason };
        string identifier = Identifier(tables, notes);
        string[] reserved = outcome.Task.Kind == TaskKind.Survival ? [identifier, outcome.Task.Time, outcome.Task.Event, "split"] : [identifier, outcome.Task.Label, "split"];
        Dictionary<PartyId, ColumnProfile[]> features = tables.Tables.ToDictionary(
            t => t.Key, t => SchemaInference.Profile(t.Value).Where(p => t.Key == request.LabelParty ? !reserved.Contains(p.Name) : p.Name != identifier).ToArray());
        Split(labelled, notes);
        Dictionary<PartyId, string[]> excluded = Excluded(features, notes);
        Codes(features, notes);
        bool wide = features.Values.Any(f => f.Count(p => p.Kind != ColumnKind.Identifier) > ManyColumns);
        if (wide)
        {
            notes.Add($"The preset omics, because a party brings more than {ManyColumns} columns; clinical is for fewer, linear for few patients.");
        }

        PartyId[] others = [.. tables.Tables.Keys.Where(p => p != request.LabelParty)];
        notes.Add($"Gradients let {string.Join(" and ", others)} infer outcomes: labels.disclosedTo says so. A protection instead, such as \"protection\": \"maxNorm\", costs some accuracy.");
        if (others.Length == 1)
        {
            notes.Add($"With one feature party nothing hides its activations from {request.LabelParty}: a run needs a file {others[0]}.policy.json with {{ \"allowPlainActivations\": true }} beside the tables, which is that party's to decide.");
        }

        return new StudyDraft(Write(tables, request, outcome.Task, identifier, others, excluded, wide), notes);
    }

    private static string Identifier(FolderTables tables, List<string> notes)
    {
        if (tables.Tables.Values.All(t => t.TryGetColumn(StandardIdentifier, out _)))
        {
            return StandardIdentifier;
        }

        string? found = tables.Tables.Values.First().ColumnNames
            .Where(name => tables.Tables.Values.All(t => t.TryGetColumn(name, out Column? column) && NamesEachRow(column)))
            .Select(name => (Name: name, Common: Common(tables, name)))
            .Where(c => c.Common > 0).OrderByDescending(c => c.Common).ThenBy(c => c.Name, StringComparer.Ordinal).Select(c => c.Name).FirstOrDefault();
        if (found is null)
        {
            Table without = tables.Tables.Values.First(t => !t.TryGetColumn(StandardIdentifier, out _));
            throw new SimulationException(
                SimulationProblem.FileMissing,
                $"No column names each patient in every table: {without.Source} has no {StandardIdentifier}, and no other column is in all of them, filled in and different in every row; call the patients' column {StandardIdentifier} everywhere, or write the study's identifiers by hand.");
        }

        notes.Add($"Patients are matched by '{found}', which is in every table and different in every row.");
        return found;
    }

    private static bool NamesEachRow(Column column) =>
        column.Cells.All(c => c is not null) && column.Cells.Distinct(StringComparer.Ordinal).Count() == column.Cells.Count;

    private static int Common(FolderTables tables, string name) => tables.Tables.Values
        .Select(t => t.GetColumn(name).Cells.AsEnumerable()).Aggregate((a, b) => a.Intersect(b, StringComparer.Ordinal)).Count();

    private static void Split(Table labelled, List<string> notes) => notes.Add(labelled.TryGetColumn("split", out _)
        ? "Training and test rows are those that the column 'split' names."
        : "Three of ten common patients test the model, drawn by the study's seed; a column 'split' with train and test would say which.");

    private static Dictionary<PartyId, string[]> Excluded(Dictionary<PartyId, ColumnProfile[]> features, List<string> notes)
    {
        var excluded = new Dictionary<PartyId, string[]>();
        foreach ((PartyId party, ColumnProfile[] profiles) in features)
        {
            ColumnProfile[] unusable = [.. profiles.Where(p => p is { Problem: not null, Kind: not ColumnKind.Identifier })];
            if (unusable.Length > 0)
            {
                excluded[party] = [.. unusable.Select(p => p.Name)];
                notes.Add($"Excluded at {party}, for numbers that cannot be read: {Names(unusable)}. Mend the cells and take the columns out of exclude.");
            }

            ColumnProfile[] identifiers = [.. profiles.Where(p => p.Kind == ColumnKind.Identifier)];
            if (identifiers.Length > 0)
            {
                notes.Add($"No features at {party}, because they look like identifiers or free text: {Names(identifiers)}. Name one under data.{party}.include to use it all the same.");
            }
        }

        return excluded;
    }

    private static void Codes(Dictionary<PartyId, ColumnProfile[]> features, List<string> notes)
    {
        foreach ((PartyId party, ColumnProfile[] profiles) in features)
        {
            ColumnProfile[] codes = [.. profiles.Where(p =>
                p is { Kind: ColumnKind.Number, Problem: null, Distinct: > 2 and <= MostCodes, Minimum: { } low, Maximum: { } high } && double.IsInteger(low) && double.IsInteger(high))];
            if (codes.Length > 0)
            {
                notes.Add($"Taken for numbers at {party}, though they have few values: {Names(codes)}. Are they codes, say so under data.{party}.kinds: \"category\".");
            }
        }
    }

    private static string Names(IReadOnlyCollection<ColumnProfile> profiles)
    {
        const int Shown = 8;
        string names = string.Join(", ", profiles.Take(Shown).Select(p => string.Concat(p.Name.Select(c => char.IsControl(c) ? '?' : c))));
        return profiles.Count > Shown ? $"{names} and {profiles.Count - Shown} more" : names;
    }

    private static byte[] Write(
        FolderTables tables, DraftRequest request, TaskSettings task, string identifier, PartyId[] others, Dictionary<PartyId, string[]> excluded, bool wide)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Readable))
        {
            json.WriteStartObject();
            json.WriteString("name", request.Name ?? NameOf(tables.Folder));
            json.WriteString("labelParty", request.LabelParty.Value);
            List(json, "featureParties", others.Select(p => p.Value));
            if (identifier != StandardIdentifier)
            {
                List(json, "identifiers", [identifier.Contains(':', StringComparison.Ordinal) ? identifier + ":text" : identifier]);
            }

            if (excluded.Count > 0)
            {
                json.WriteStartObject("data");
                foreach ((PartyId party, string[] columns) in excluded)
                {
                    json.WriteStartObject(party.Value);
                    List(json, "exclude", columns);
                    json.WriteEndObject();
                }

                json.WriteEndObject();
            }

            Task(json, task);
            if (wide)
            {
                json.WriteStartObject("model");
                json.WriteString("preset", "omics");
                json.WriteEndObject();
            }

            json.WriteStartObject("labels");
            List(json, "disclosedTo", others.Select(p => p.Value));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return [.. bytes.ToArray(), (byte)'\n'];
    }

    private static void Task(Utf8JsonWriter json, TaskSettings task)
    {
        json.WriteStartObject("task");
        json.WriteString("kind", JsonNamingPolicy.CamelCase.ConvertName(task.Kind.ToString()));
        if (task.Kind == TaskKind.Survival)
        {
            json.WriteString("time", task.Time);
            json.WriteString("event", task.Event);
        }
        else
        {
            json.WriteString("label", task.Label);
        }

        if (task.Kind == TaskKind.Binary)
        {
            json.WriteString("positive", task.Positive);
        }

        json.WriteEndObject();
    }

    private static void List(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (string value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>The folder's name with what may not stand in a study's name made hyphens.</summary>
    private static string NameOf(string folder)
    {
        string name = string.Concat(Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)).Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')).Trim('-', '.', '_');
        return name.Length == 0 ? "study" : name[..Math.Min(name.Length, 64)];
    }
}
