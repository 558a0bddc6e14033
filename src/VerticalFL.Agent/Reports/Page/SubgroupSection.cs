using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>How good the model is for one kind of patient and another.</summary>
internal static class SubgroupSection
{
    public static XElement? Of(Report report)
    {
        if (report.Subgroups is not { Groups.Count: > 0 } subgroups)
        {
            return null;
        }

        MetricKind kind = MetricKind.All.First(k => k.Key == subgroups.Metric);
        bool binary = subgroups.Groups.Any(g => g.Positives is not null);
        return Class(
            "section", "card wide",
            Element("h2", $"Test patients by {subgroups.Column}"),
            Class(
                "p", "caption",
                $"The model of all parties for each kind of patient; {kind.Name} is {kind.Meaning}."
                + (binary ? " Sensitivity and specificity are at a predicted probability of one half." : "")
                + " Groups of fewer than ten patients are put together or left out."),
            ModelSections.Table(
                [subgroups.Column, "Patients", .. binary ? ["With the outcome"] : Array.Empty<string>(), kind.Name, .. binary ? ["Sensitivity", "Specificity"] : Array.Empty<string>()],
                subgroups.Groups.Select(g => Element(
                    "tr",
                    Element("td", Element("strong", g.Name)),
                    Number(Figures.Count(g.Patients)),
                    binary ? Number(Figures.Count(g.Positives ?? 0)) : null,
                    Class("td", "number", Metric(g.Value), g.Interval is { } i ? Class("span", "interval", Figures.Interval(i)) : null),
                    binary ? Number(Metric(g.Sensitivity)) : null,
                    binary ? Number(Metric(g.Specificity)) : null))));
    }

    private static XElement Number(string text) => Class("td", "number", text);

    private static string Metric(double? value) => value is { } v ? Figures.Metric(v) : "\u2013";
}
