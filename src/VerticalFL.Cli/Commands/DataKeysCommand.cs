using System.CommandLine;
using VerticalFL.Agent.Runs;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl data keys</c></summary>
internal static class DataKeysCommand
{
    private const int ShownLines = 20;

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "The party's CSV file." };
        var study = new Option<string>("--study") { Description = "The study file.", HelpName = "file", Required = true };
        var party = new Option<string?>("--party") { Description = "The party whose file it is. Default: the file's name without its ending.", HelpName = "id" };
        return new Verb(
            "keys",
            "Hold a file against a study's keys: which lines lack an identifier, have one that is not of its kind, or the same as another line. Nothing leaves this machine.",
            "vfl data keys cohort/lab.csv --study cohort/study.json")
        {
            file, study, party,
        }.Run(async (context, stop) =>
        {
            string path = context.Get(file);
            StudyDocument document = StudyDocument.Load(context.Get(study));
            PartyId self = PartyOf(context.Find(party) ?? Path.GetFileNameWithoutExtension(path), document.Study);
            KeyCheck check = await KeyCheck.RunAsync(path, document, self, stop);
            context.Result(Document(check, path, self), () => Lines(check));
        });
    }

    private static PartyId PartyOf(string name, Study study) => PartyId.IsValid(name) && study.Parties.Contains(new PartyId(name))
        ? new PartyId(name)
        : throw new VerbException(
            ExitCodes.Usage, $"'{name}' is no party of the study; say with --party whose file it is: {string.Join(", ", study.Parties)}.");

    private static object Document(KeyCheck check, string path, PartyId self) => new
    {
        file = path,
        party = self.Value,
        rows = check.Rows,
        keys = check.Keys.Select(k => new
        {
            k.Columns, k.Usable, blankLines = k.Blank, invalid = k.Invalid.Select(i => new { i.Column, mustBe = i.Form, i.Lines }), repeatedLines = k.Repeated,
        }),
        linesWithoutKey = check.Nameless,
    };

    private static IEnumerable<string> Lines(KeyCheck check)
    {
        foreach ((KeyRows key, int place) in check.Keys.Select((k, i) => (k, i + 1)))
        {
            yield return $"key {place}, {string.Join(" and ", key.Columns)}: names {key.Usable} of {check.Rows} rows";
            if (key.Blank.Count > 0)
            {
                yield return $"  {key.Blank.Count} row(s) lack it, on line {List(key.Blank)}: fill them in";
            }

            foreach (InvalidKeyRows invalid in key.Invalid)
            {
                yield return $"  {invalid.Lines.Count} row(s) are not what '{invalid.Column}' must be, {invalid.Form}, on line {List(invalid.Lines)}: mend them";
            }

            if (key.Repeated.Count > 0)
            {
                yield return $"  {key.RepeatedCount} row(s) have another row's, on lines {string.Join("; ", key.Repeated.Take(ShownLines).Select(r => string.Join(" and ", r)))}{(key.Repeated.Count > ShownLines ? "; ..." : "")}: keep one row for each patient";
            }
        }

        yield return check.Nameless.Count > 0
            ? $"{check.Nameless.Count} row(s) have no identifier of their own under any key, on line {List(check.Nameless)}: a run refuses the file until they are mended or removed."
            : "Every row has an identifier of its own" + (check.Keys.Count > 1 ? " under one key at least; rows that a key does not name wait for the next." : ".");
    }

    private static string List(IReadOnlyList<int> lines) => string.Join(", ", lines.Take(ShownLines)) + (lines.Count > ShownLines ? ", ..." : "");
}
