using System.Globalization;
using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Reports.Page;

namespace VerticalFL.Simulation;

/// <summary>Several seeds' figures as lines of text, for a terminal or a log.</summary>
public static class SeedsText
{
    private const int Name = 26;
    private const int Cell = 18;

    /// <summary>Mean and standard deviation of each metric, the headline's by seed.</summary>
    /// <param name="report">The figures.</param>
    /// <param name="task">The task's word, for the headline.</param>
    /// <param name="labelParty">The label party's name.</param>
    public static IEnumerable<string> Lines(SeedsReport report, string task, string labelParty)
    {
        ArgumentNullException.ThrowIfNull(report);
        MetricKind headline = MetricKind.HeadlineOf(task);
        yield return Invariant($"{report.Study}: {report.Seeds.Count} seeds, {report.Seeds[0]} to {report.Seeds[^1]}; on test patients, mean ± standard deviation over seeds");
        yield return "";
        yield return "".PadRight(Name) + "all together".PadLeft(Cell)
            + (report.LabelPartyAlone is null ? "" : $"{labelParty} alone".PadLeft(Cell) + "difference".PadLeft(Cell));
        foreach (MetricKind kind in MetricKind.All.OrderBy(k => k == headline ? 0 : 1).Where(k => report.Test.ContainsKey(k.Key)))
        {
            yield return kind.Name.PadRight(Name) + Text(report.Test, kind)
                + (report.LabelPartyAlone is { } alone ? Text(alone, kind) + Text(report.Difference!, kind) : "");
        }

        if (report.Test.GetValueOrDefault(headline.Key) is { } spread)
        {
            yield return "";
            yield return $"{headline.Name} by seed".PadRight(Name) + string.Join(' ', spread.Values.Select(v => v.ToString("0.000", CultureInfo.InvariantCulture)));
        }
    }

    private static string Text(IReadOnlyDictionary<string, Spread> spreads, MetricKind kind) =>
        (spreads.GetValueOrDefault(kind.Key) is { } spread ? Invariant($"{spread.Mean:0.000} ± {spread.StandardDeviation:0.000}") : "-").PadLeft(Cell);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
