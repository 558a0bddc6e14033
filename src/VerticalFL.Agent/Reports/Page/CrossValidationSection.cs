using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>How much the figures owe to which patients trained and tested: each fold, and all of them together.</summary>
internal static class CrossValidationSection
{
    public static XElement? Of(Report report)
    {
        if (report.CrossValidation is not { Folds.Count: > 0 } found)
        {
            return null;
        }

        MetricKind kind = MetricKind.HeadlineOf(report.Task);
        return Element(
            "section",
            Element("h2", "Cross-validation"),
            EachFold(report, found, kind),
            Together(report, found));
    }

    private static XElement EachFold(Report report, CrossValidationReport found, MetricKind kind) => Class(
        "div", "card wide",
        Element("h3", $"{kind.Name} of each fold"),
        Class(
            "p", "caption",
            $"The {Figures.Count(found.Folds.Sum(f => f.Held))} training and validation patients, dealt into {found.Folds.Count} folds by the study's seed. For each a model was trained anew without it "
            + $"and tested on it. The {Figures.Count(report.Cohort.Test)} test patients are in none; the model of this report is another one, trained as without folds."),
        found.Folds.Select((f, i) => Class(
            "div", "metric",
            Class(
                "span", "metricname", $"Fold {i + 1}",
                Class("span", "hint", $" {Figures.Count(f.Held)} patients; of {Figures.Count(f.Epochs)} epochs the best is {Figures.Count(f.BestEpoch)}")),
            Bar(kind, "joint", f.Test),
            f.LabelPartyAlone is { } alone ? Bar(kind, "alone", alone) : null)),
        Class(
            "ul", "legend",
            Element("li", Class("span", "key block joint"), "all parties together"),
            found.LabelPartyAlone is null ? null : Element("li", Class("span", "key block alone"), report.LabelParty + " alone")),
        Class("p", "caption", $"All folds took {Figures.Duration(found.Seconds)} of training, and {Figures.Bytes(found.BytesSent)} sent by all parties."));

    private static XElement Bar(MetricKind kind, string shade, MetricValues values) =>
        kind.Read(values) is { } value ? ModelSections.Bar(shade, value) : Class("span", "number", "\u2013");

    private static XElement Together(Report report, CrossValidationReport found)
    {
        MetricKind[] kinds = [.. MetricKind.All.Where(k => found.Test.ContainsKey(k.Key))];
        bool compared = found.Difference is not null;
        return Class(
            "div", "card wide",
            Element("h3", "All folds"),
            Class("p", "caption", "Mean and standard deviation over the folds" + (compared ? $"; the difference to {report.LabelParty} alone is taken fold by fold." : ".")
                + " Each fold's model is trained on patients who test others, so that the standard deviation is no standard error."),
            ModelSections.Table(
                [
                    "Metric", "All parties", .. compared ? [report.LabelParty + " alone", "Difference"] : Array.Empty<string>(),
                    .. found.Pooled is null ? Array.Empty<string>() : ["Predictions pooled"],
                ],
                kinds.Select(k => Element(
                    "tr",
                    Element("td", Element("strong", k.Name)),
                    Class("td", "number", Over(found.Test[k.Key])),
                    compared ? Class("td", "number", Over(found.LabelPartyAlone?.GetValueOrDefault(k.Key))) : null,
                    compared ? Class("td", "number", found.Difference?.GetValueOrDefault(k.Key) is { } d ? $"{Figures.Signed(d.Mean)} \u00b1 {Figures.Metric(d.StandardDeviation)}" : "\u2013") : null,
                    found.Pooled is not { } pooled ? null : Class(
                        "td", "number",
                        k.Read(pooled) is { } value ? Figures.Metric(value) : "\u2013",
                        found.PooledIntervals?.GetValueOrDefault(k.Key) is { } i ? Class("span", "interval", Figures.Interval(i)) : null)))),
            found.Pooled is null
                ? Class("p", "caption", "Risks of different folds have no common scale, so that they are not judged together.")
                : Class(
                    "p", "caption",
                    "Pooled: every patient's prediction by the model that did not train on it, judged together"
                    + (found.PooledIntervals is null ? "." : ", with 95 % intervals of a bootstrap over patients.")));
    }

    private static string Over(Spread? spread) => spread is null ? "\u2013" : $"{Figures.Metric(spread.Mean)} \u00b1 {Figures.Metric(spread.StandardDeviation)}";
}
