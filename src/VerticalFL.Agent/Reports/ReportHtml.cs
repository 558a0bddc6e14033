using System.Globalization;
using System.Xml.Linq;
using VerticalFL.Agent.Reports.Page;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports;

/// <summary>
/// Shows a report as one page that needs nothing else: no script, no request, no font; light and dark, on screen and on paper. Behind the
/// document type it is well-formed XML.
/// </summary>
public static class ReportHtml
{
    // No script, no request, not even by a mistake: a browser enforces it.
    private const string ContentPolicy = "default-src 'none'; style-src 'unsafe-inline'";

    /// <summary>The page as text; write it as UTF-8.</summary>
    public static string Render(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        XElement page = Element(
            "html",
            Attribute("lang", "en"),
            Element(
                "head",
                Element("meta", Attribute("charset", "utf-8")),
                Element("meta", Attribute("http-equiv", "Content-Security-Policy"), Attribute("content", ContentPolicy)),
                Element("meta", Attribute("name", "viewport"), Attribute("content", "width=device-width, initial-scale=1")),
                Element("meta", Attribute("name", "color-scheme"), Attribute("content", "light dark")),
                Element("title", $"{report.Study} \u2013 VerticalFL report"),
                Element("style", Style.Css)),
            Element(
                "body",
                Element(
                    "main",
                    Head(report),
                    ModelSections.Headline(report),
                    PrivacySections.Notes(report),
                    ModelSections.Cohort(report),
                    ModelSections.Performance(report),
                    CrossValidationSection.Of(report),
                    SubgroupSection.Of(report),
                    ContributionsSection.Of(report),
                    ModelSections.Features(report),
                    ModelSections.Run(report),
                    VerdictSection.Of(report),
                    LabelAuditSection.Of(report),
                    ReconstructionSection.Of(report),
                    PrivacySections.WhoReads(report),
                    PrivacySections.Model(report),
                    PrivacySections.Settings(report)),
                Element(
                    "footer",
                    "Made by VerticalFL. This page holds aggregates only, no identifier and no patient's row; small groups can still tell "
                    + "much, so share it with that in mind.")));
        return "<!DOCTYPE html>\n" + page.ToString(SaveOptions.DisableFormatting) + "\n";
    }

    private static XElement Head(Report report) => Element(
        "header",
        Class("p", "overline", "VerticalFL report"),
        Element("h1", report.Study),
        report.Purpose.Length == 0 ? null : Class("p", "purpose", report.Purpose),
        Class(
            "dl", "facts head",
            Pair("Task", report.Task),
            Pair("Outcome at", report.LabelParty),
            Pair("With features of", string.Join(", ", report.FeatureParties)),
            Pair("Study", Element("code", Shortened(report.StudyId))),
            Pair("Run", Element("code", Shortened(report.RunId))),
            Pair("Seed", report.Seed.ToString(CultureInfo.InvariantCulture)),
            report.Finished is { } finished
                ? Pair("Finished", finished.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture))
                : null));

    private static XElement Pair(string name, object value) => Element("div", ModelSections.Fact(name, value));

    private static string Shortened(string id) => id.Length <= 8 ? id : id[..8];
}
