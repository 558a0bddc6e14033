using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>Whether the study's limits of leaks are kept.</summary>
internal static class VerdictSection
{
    public static XElement? Of(Report report) => report.Privacy.Verdict is not { } verdict ? null : Class(
        "section", "card wide",
        Element("h2", $"The study's limits of leaks: {Word(verdict.Passed)}"),
        Class("p", "caption", "Each limit is judged by the strongest attack that was played, whatever the protection was made against."),
        ModelSections.Table(["Limit", "At most", "Found", "By", "Verdict"], verdict.Limits.Select(Row)));

    /// <summary>A verdict as one word.</summary>
    public static string Word(bool? passed) => passed switch
    {
        true => "kept",
        false => "broken",
        _ => "not judged",
    };

    /// <summary>A limit's field in words.</summary>
    public static string NameOf(string limit) => limit switch
    {
        "labelInferenceAuc" => "outcomes inferred, AUC",
        "featureR2" => "columns reconstructed, R\u00b2",
        _ => "training patients recognised, AUC",
    };

    private static XElement Row(AuditLimitReport limit) => Element(
        "tr",
        Element("td", NameOf(limit.Limit)),
        Class("td", "number", Figures.Metric(limit.AtMost)),
        Class("td", "number", limit.Found is { } found ? Figures.Metric(found) : "\u2013"),
        Element("td", limit.By),
        Element("td", Element("strong", Word(limit.Kept))));
}
