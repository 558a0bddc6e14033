using System.CommandLine;
using System.Text;
using VerticalFL.Governance.Audit;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl audit show</c></summary>
internal static class AuditShowCommand
{
    // Certificates and signatures are for programs.
    private const int LongestShown = 160;

    public static Command Create()
    {
        Argument<string> file = AuditCommand.FileArgument();
        var last = new Option<int>("--last") { Description = "Show only so many of the last records; 0 for all.", HelpName = "n", DefaultValueFactory = _ => 0 };
        last.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() < 0)
            {
                result.AddError("--last takes a number of records, 0 for all.");
            }
        });

        return new Verb("show", "Print an audit log's records. Nothing is verified: see 'vfl audit verify'.", "vfl audit show state/audit.jsonl --last 20")
        {
            file, last,
        }.Run(context =>
        {
            int count = context.Get(last);
            var shown = new Queue<AuditRecord>();
            AuditVerifier.Read(AuditCommand.Existing(context.Get(file)), record =>
            {
                shown.Enqueue(record);
                if (count > 0 && shown.Count > count)
                {
                    shown.Dequeue();
                }
            });
            context.Result(shown.Select(View), () => shown.Select(Line));
        });
    }

    private static object View(AuditRecord record) => new
    {
        sequence = record.Sequence,
        time = record.Time.UtcDateTime,
        party = record.Party.Value,
        kind = record.Kind,
        study = record.Study?.Hex,
        run = record.Run?.Hex,
        attempt = record.Attempt,
        who = record.Who,
        details = record.Details,
        hash = Convert.ToHexStringLower(record.Hash.Span),
    };

    private static string Line(AuditRecord record)
    {
        var line = new StringBuilder($"{record.Sequence,6}  {record.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {record.Kind,-14}{Printable(record.Who),-10}");
        if (record.Study is { } study)
        {
            line.Append($"  study {study.Short}");
        }

        if (record.Run is { } run)
        {
            line.Append($"  run {run.Short}.{record.Attempt}");
        }

        foreach ((string name, string value) in record.Details.Where(d => d.Value.Length <= LongestShown))
        {
            line.Append($"  {Printable(name)}={Printable(value)}");
        }

        return line.ToString();
    }

    // The file may come from anybody: nothing in it may steer the terminal.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? '?' : c));
}
