using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>The parties' sets as bars with the patients that all have in common, and how those were used.</summary>
internal static class CohortDrawing
{
    private const double Width = 1000;
    private const double LabelWidth = 210;
    private const double RowHeight = 34;

    public static XElement Draw(Report report)
    {
        IReadOnlyDictionary<string, int> sizes = report.Alignment.Sizes;
        string[] parties = [.. new[] { report.LabelParty }.Concat(report.FeatureParties).Where(sizes.ContainsKey)];
        double scale = (Width - LabelWidth - 90) / Math.Max(1, parties.Select(p => sizes[p]).Append(report.Alignment.Intersection).Max());
        double common = report.Alignment.Intersection * scale;
        double y = 4;
        List<XObject> shapes = [];
        foreach (string party in parties)
        {
            shapes.Add(Text("rowname", 0, y + 18, Shortened(party)));
            shapes.Add(Bar("others", LabelWidth, y + 4, sizes[party] * scale, 18));
            shapes.Add(Bar("common", LabelWidth, y + 4, common, 18));
            shapes.Add(Text("value", LabelWidth + (sizes[party] * scale) + 8, y + 18, Figures.Count(sizes[party])));
            y += RowHeight;
        }

        y += 14;
        shapes.Add(Text("rowname strong", 0, y + 22, "in all parties"));
        double x = LabelWidth;
        foreach ((string shade, int rows, _) in Parts(report.Cohort))
        {
            shapes.Add(Bar(shade, x, y + 4, rows * scale, 26));
            x += rows * scale;
        }

        shapes.Add(Text("value strong", LabelWidth + common + 8, y + 22, Figures.Count(report.Alignment.Intersection)));
        y += 42;
        return Element(
            "div",
            Element(
                "svg", Attribute("viewBox", $"0 0 {Width} {y}"), Attribute("role", "img"), Attribute("class", "cohort"),
                Attribute("aria-label", $"{Figures.Count(report.Alignment.Intersection)} patients are in all parties"),
                shapes),
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
            yield return ("unused", cohort.Unused, "not used");
        }
    }

    private static string Shortened(string party) => party.Length <= 22 ? party : party[..21] + "\u2026";

    private static XElement Bar(string classes, double x, double y, double width, double height) => Element(
        "rect", Attribute("class", "bar " + classes), Attribute("x", x), Attribute("y", y),
        Attribute("width", Math.Max(0, width)), Attribute("height", height));

    private static XElement Text(string classes, double x, double y, string text) =>
        Element("text", Attribute("class", classes), Attribute("x", x), Attribute("y", y), text);
}
