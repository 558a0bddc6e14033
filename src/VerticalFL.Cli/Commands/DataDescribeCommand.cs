using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using VerticalFL.Data.Ingestion;
using VerticalFL.Data.Schema;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl data describe</c></summary>
internal static class DataDescribeCommand
{
    private static readonly string[] Titles = ["column", "kind", "missing", "distinct", "range", "notes"];

    public static Command Create()
    {
        var file = new Argument<string>("file") { Description = "A CSV file with a header line." };
        return new Verb(
            "describe",
            "Say what each column of a file is taken for: kinds, missing values, columns that look like identifiers. Nothing leaves this machine.",
            "vfl data describe cohort/hospital.csv")
        {
            file,
        }.Run(async (context, stop) =>
        {
            Data.Table table = await CsvSource.ReadAsync(context.Get(file), stop);
            IReadOnlyList<ColumnProfile> profiles = SchemaInference.Profile(table);
            if (context.Json || !TryShowTable(context.Output, table, profiles))
            {
                context.Result(Document(table, profiles), () => [.. Align(profiles), "", Summary(table, profiles)]);
            }
        });
    }

    private static object Document(Data.Table table, IReadOnlyList<ColumnProfile> profiles) => new
    {
        file = table.Source,
        rows = table.RowCount,
        sha256 = Convert.ToHexStringLower(table.Fingerprint.Span),
        columns = profiles.Select(p => new
        {
            p.Name, p.Kind, p.Missing, p.Distinct,
            minimum = p.Kind == ColumnKind.Number ? p.Minimum : null,
            maximum = p.Kind == ColumnKind.Number ? p.Maximum : null,
            constant = p.IsConstant, freeText = p.IsFreeText, p.Identifier, problem = p.Problem?.Message,
        }),
    };

    private static bool TryShowTable(TextWriter output, Data.Table table, IReadOnlyList<ColumnProfile> profiles)
    {
        var terminal = new AnsiConsoleOutput(output);
        if (!terminal.IsTerminal)
        {
            return false;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = terminal });
        Spectre.Console.Table shown = new Spectre.Console.Table().Border(TableBorder.Simple).AddColumns([.. Titles.Select(Markup.Escape)]);
        foreach (ColumnProfile profile in profiles)
        {
            string style = profile.Problem is not null ? "red" : profile.Identifier is not null || profile.IsConstant || profile.IsFreeText ? "yellow" : "default";
            shown.AddRow([.. Cells(profile).Select(c => new Markup($"[{style}]{Markup.Escape(c)}[/]"))]);
        }

        console.Write(shown);
        console.WriteLine(Summary(table, profiles));
        return true;
    }

    private static IEnumerable<string> Align(IReadOnlyList<ColumnProfile> profiles)
    {
        string[][] rows = [Titles, .. profiles.Select(Cells)];
        int[] widths = [.. Titles.Select((_, i) => rows.Max(r => r[i].Length))];
        return rows.Select(r => string.Join("  ", r.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd());
    }

    private static string[] Cells(ColumnProfile profile) =>
    [
        Printable(profile.Name),
        profile.Kind.ToString().ToLowerInvariant(),
        profile.Missing == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{profile.Missing} ({100.0 * profile.Missing / profile.Rows:0.0} %)"),
        profile.Distinct.ToString(CultureInfo.InvariantCulture),
        profile is { Kind: ColumnKind.Number, Minimum: not null }
            ? string.Create(CultureInfo.InvariantCulture, $"{profile.Minimum:G6} to {profile.Maximum:G6}")
            : "-",
        string.Join("; ", Notes(profile)),
    ];

    private static IEnumerable<string> Notes(ColumnProfile profile)
    {
        if (profile.Problem is not null)
        {
            yield return "not usable: " + Printable(profile.Problem.Message);
        }

        if (profile.Identifier is { } finding)
        {
            yield return $"looks like an identifier ({Words(finding.Kind)}) by its "
                + (finding.Evidence == IdentifierEvidence.Name ? "name: no feature unless the study names it" : "values: a feature unless the study excludes it");
        }

        if (profile.IsFreeText && profile.Identifier is not { Evidence: IdentifierEvidence.Name })
        {
            yield return "nearly every text differs: no feature";
        }

        if (profile.IsConstant)
        {
            yield return profile.Missing == profile.Rows ? "empty: no feature" : "constant: no feature";
        }
    }

    private static string Summary(Data.Table table, IReadOnlyList<ColumnProfile> profiles) =>
        $"{table.RowCount} rows, {profiles.Count} columns: {profiles.Count(p => p.Kind == ColumnKind.Number)} numbers, "
        + $"{profiles.Count(p => p.Kind == ColumnKind.Category)} categories, {profiles.Count(p => p.Kind == ColumnKind.Identifier)} taken for identifiers or free text. "
        + $"SHA-256 {Convert.ToHexStringLower(table.Fingerprint.Span)}.";

    // MedicalRecord is "medical record".
    private static string Words(SafeHarborKind kind) =>
        string.Concat(kind.ToString().Select((c, i) => char.IsUpper(c) ? (i > 0 ? " " : "") + char.ToLowerInvariant(c) : c.ToString()));

    // A header is foreign text: an escape sequence in it must not reach the terminal.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
