using System.CommandLine;
using VerticalFL.Data;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation;
using VerticalFL.Simulation.Drafting;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl study new</c></summary>
internal static class StudyNewCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A folder with one PARTY.csv for each party; study.json goes into it." };
        var label = new Option<string?>("--label") { Description = "The outcome: its party and its column; of a survival outcome the follow-up time's.", HelpName = "party.column" };
        var happened = new Option<string?>("--event") { Description = "The column that says whether the event happened (1) or not (0): a survival outcome.", HelpName = "column" };
        var task = new Option<TaskKind?>("--task") { Description = "The kind of outcome. Default: told by the column's values.", HelpName = "binary|multiclass|regression|survival" };
        var positive = new Option<string?>("--positive") { Description = "The value of a binary outcome that counts as positive. Default: guessed, and said.", HelpName = "value" };
        var name = new Option<string?>("--name") { Description = "The study's name. Default: the folder's.", HelpName = "name" };
        var force = new Option<bool>("--force") { Description = "Replace a study.json that is there." };
        return new Verb(
            "new",
            "Write a study file that fits the tables of a folder, and say why it is so. Nothing leaves this machine.",
            "vfl study new cohort --label hospital.label")
        {
            folder, label, happened, task, positive, name, force,
        }.Run(async (context, stop) =>
        {
            FolderTables tables = await FolderTables.ReadAsync(context.Get(folder), stop);
            string file = Path.Combine(tables.Folder, "study.json");
            if (File.Exists(file) && !context.Get(force))
            {
                throw new VerbException(ExitCodes.OutputExists, $"{file} exists: keep it, or say --force to replace it.");
            }

            (PartyId party, string column) = Outcome(context.Find(label), tables);
            StudyDraft draft = StudyDraft.Of(tables, new DraftRequest(party, column)
            {
                Event = context.Find(happened), Task = context.Find(task), Positive = context.Find(positive), Name = context.Find(name),
            });
            await File.WriteAllBytesAsync(file, draft.Json.ToArray(), stop);
            string? problem = await ProblemAsync(tables.Folder, stop);
            context.Result(
                new { file, id = draft.Document.Id.Hex, notes = draft.Notes, ready = problem is null, problem },
                () =>
                [
                    $"Wrote {file}:",
                    .. draft.Notes.Select(n => "  " + n),
                    problem is null ? $"Run it: vfl simulate {context.Get(folder)}" : "Before it can run: " + problem,
                    $"What each party would send and learn: vfl study check {Path.Combine(context.Get(folder), "study.json")}",
                ]);
        });
    }

    private static (PartyId Party, string Column) Outcome(string? label, FolderTables tables)
    {
        int point = label?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (label is not null && point > 0 && point < label.Length - 1 && PartyId.IsValid(label[..point]))
        {
            return (new PartyId(label[..point]), label[(point + 1)..]);
        }

        IReadOnlyList<string> likely = tables.LikelyOutcomes();
        string found = likely.Count == 0 ? "" : $"; in these tables it may be {string.Join(", ", likely)}";
        throw new VerbException(ExitCodes.Usage, $"Say which column is the outcome, as --label PARTY.COLUMN{found}.");
    }

    /// <summary>Why `vfl simulate` would refuse the folder as it is; null when it would not.</summary>
    private static async Task<string?> ProblemAsync(string folder, CancellationToken stop)
    {
        try
        {
            await StudyFolder.Load(folder).CheckAsync(stop);
            return null;
        }
        catch (Exception e) when (e is DataException or SimulationException or StudyException or RunFailedException)
        {
            return e.Message;
        }
    }
}
