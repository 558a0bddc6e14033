using System.Globalization;
using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>The parties' sets as bars with the patients that all have in common, and how those were used. Each bar's figures stand beside it as text.</summary>
internal static class CohortDrawing
{
    public static XElement Draw(Report report)
    {
        IReadOnlyDictionary<string, int> sizes = report.Alignment.Sizes;
        int common = report.Alignment.Intersection;
        string[] parties = [.. new[] { report.LabelParty }.Concat(report.FeatureParties).Where(sizes.ContainsKey)];
        double widest = Math.Max(1, parties.Select(p => sizes[p]).Append(common).Max());
        return Class(
            "div", "cohort",
            parties.Select(p => Row(
                "", p, Figures.Count(sizes[p]), $"{Figures.Count(Math.Max(0, sizes[p] - common))} not in all",
                [Bar("common", Math.Min(common, sizes[p]) / widest), Bar("others", Math.Max(0, sizes[p] - common) / widest)])),
            Row(
                " total", "in all parties", Figures.Count(common), "",
                [.. Parts(report.Cohort).Select(p => Bar(p.Shade, p.Rows / widest))]),
            Class(
                "ul", "legend",
                Parts(report.Cohort).Select(
                    p => Element("li", Class("span", "key block " + p.Shade), $"{p.Text}: ", Element("strong", Figures.Count(p.Rows)))),
                Element("li", Class("span", "key block common"), "in all parties"),
                Element("li", Class("span", "key block others"), "not in all parties")));
    }

    private static IEnumerable<(string Shade, int Rows, string Text)> Parts(CohortReport cohort)
    {
        yield return ("joint", cohort.Train, "training");
        if (cohort.Validation > 0)
        {
            yield return ("second", cohort.Validation, "validation");
        }

        yield return ("third", cohort.Test, "test");
        if (cohort.Unused > 0)
        {
            yield return ("unused", cohort.Unused, "not used, as the split column says");
        }
    }

    private static XElement Row(string classes, string name, string count, string rest, IEnumerable<XElement> bars) => Class(
        "div", "set" + classes,
        Class("span", "name", name),
        Class("span", "count", count),
        Class("span", "strip", bars),
        Class("span", "rest", rest));

    private static XElement Bar(string shade, double share) => Class(
        "span", "bar " + shade,
        Attribute("style", string.Create(CultureInfo.InvariantCulture, $"width:{Math.Clamp(share, 0, 1) * 100:0.##}%")));
}
