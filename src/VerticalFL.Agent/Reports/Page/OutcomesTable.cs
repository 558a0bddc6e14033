using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>How many patients and outcomes each part of the cohort has.</summary>
internal static class OutcomesTable
{
    /// <summary>More classes than these would not fit a page; report.json has all.</summary>
    private const int MostClasses = 8;

    public static XElement? Of(Report report)
    {
        if (report.Cohort.Outcomes is not { Count: > 0 } parts)
        {
            return null;
        }

        (string Head, Func<OutcomeReport, string?> Read)[] columns =
        [
            ("Patients", o => Figures.Count(o.Patients)),
            (report.Task == "survival" ? "With the event" : "With the outcome", o => o.Events is { } events ? $"{Figures.Count(events)} ({Figures.Percent((double)events / o.Patients)})" : null),
            .. (parts.Values.First().Classes?.Keys ?? []).Take(MostClasses).Select(
                name => ((string, Func<OutcomeReport, string?>))($"Class {name}", o => Share(o, name))),
            ("Median follow-up, in the outcome's unit", o => o.MedianFollowUp is { } median ? Figures.Metric(median) : null),
            ("Outcome, mean \u00b1 standard deviation", o => o.Mean is { } mean ? Figures.Metric(mean) + (o.StandardDeviation is { } spread ? " \u00b1 " + Figures.Metric(spread) : "") : null),
        ];
        columns = [.. columns.Where(c => parts.Values.Any(o => c.Read(o) is not null))];
        return ModelSections.Table(
            ["Part", .. columns.Select(c => c.Head)],
            parts.Select(p => Element(
                "tr",
                Element("td", Element("strong", NameOf(p.Key))),
                columns.Select(c => Class("td", "number", c.Read(p.Value) ?? "\u2013")))));
    }

    private static string? Share(OutcomeReport part, string name) =>
        part.Classes?.GetValueOrDefault(name) is { } count ? $"{Figures.Count(count)} ({Figures.Percent((double)count / part.Patients)})" : null;

    private static string NameOf(string part) => part switch
    {
        "train" => "Training",
        "validation" => "Validation",
        _ => "Test",
    };
}
