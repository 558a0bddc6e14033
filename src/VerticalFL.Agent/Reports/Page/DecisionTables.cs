using System.Globalization;
using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>What follows from acting on predictions: from several thresholds on (binary), or class by class (multiclass).</summary>
internal static class DecisionTables
{
    public static XElement? Thresholds(Report report)
    {
        if (report.Curves.Decisions is not { Count: > 0 } points)
        {
            return null;
        }

        bool compared = points.Any(p => p.NetBenefitAlone is not null);
        return Class(
            "div", "card wide",
            Element("h3", "Decisions on test patients"),
            Class(
                "p", "caption",
                "If one acts on every patient whose predicted probability is at least the threshold. Net benefit: true positives a patient, less false ones weighed by the threshold's odds "
                + "(Vickers and Elkin); acting on nobody has 0, and a model is of use where it has more than that and than acting on everybody."),
            ModelSections.Table(
                [
                    "Threshold", "Flagged", "Sensitivity", "Specificity", "Positive predictive value", "Negative predictive value", "Net benefit",
                    .. compared ? [$"Net benefit, {report.LabelParty} alone"] : Array.Empty<string>(), "Net benefit, everybody",
                ],
                points.Select(p => Element(
                    "tr",
                    Element("td", Element("strong", p.Threshold.ToString("0.00", CultureInfo.InvariantCulture))),
                    Number(Figures.Count(p.Flagged)),
                    Number(Metric(p.Sensitivity)),
                    Number(Metric(p.Specificity)),
                    Number(Metric(p.PositivePredictiveValue)),
                    Number(Metric(p.NegativePredictiveValue)),
                    Number(Figures.Metric(p.NetBenefit)),
                    compared ? Number(Metric(p.NetBenefitAlone)) : null,
                    Number(Figures.Metric(p.NetBenefitOfAll))))));
    }

    public static XElement? Confusion(Report report) => report.Curves is not { Confusion: { Count: > 0 } counts, Classes: { } classes } || classes.Count != counts.Count ? null : Class(
        "div", "card wide",
        Element("h3", "Classes of test patients"),
        Class("p", "caption", "Each row a true class, each column the class that is predicted; patients on the diagonal are right."),
        ModelSections.Table(
            ["True class", .. classes.Select(c => $"Predicted {c}"), "Right"],
            counts.Select((row, truth) => Element(
                "tr",
                Element("td", Element("strong", classes[truth])),
                row.Select((n, predicted) => Class("td", n > 0 && predicted == truth ? "number right" : "number", Figures.Count(n))),
                Number(row.Sum() is > 0 and var all ? Figures.Percent((double)row[truth] / all) : "\u2013")))));

    private static XElement Number(string text) => Class("td", "number", text);

    private static string Metric(double? value) => value is { } v ? Figures.Metric(v) : "\u2013";
}
