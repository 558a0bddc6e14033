using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>The report's charts; null where there is nothing to draw.</summary>
internal static class Charts
{
    public static XElement? Losses(TrainingReport training, MetricKind kind)
    {
        if (training.Losses.Count == 0)
        {
            return null;
        }

        LossPoint[] validated = [.. training.Losses.Where(l => l.Validation is not null)];
        var plot = new Plot(
            $"Loss by epoch, {training.Losses.Count} epochs",
            Axis.UpTo("epoch", 1, training.Losses.Max(l => l.Epoch), whole: true),
            Axis.Around("loss", training.Losses.Select(l => l.Train).Concat(validated.Select(l => l.Validation!.Value))));
        plot.Marker(training.BestEpoch, $"kept: epoch {training.BestEpoch}");
        plot.Curve("joint", training.Losses.Select(l => ((double)l.Epoch, l.Train)));
        plot.Curve("second", validated.Select(l => ((double)l.Epoch, l.Validation!.Value)));
        if (validated.FirstOrDefault(l => l.Epoch == training.BestEpoch) is { } best)
        {
            plot.Dot("second", best.Epoch, best.Validation!.Value, 4, $"epoch {best.Epoch}: {Figures.Metric(best.Validation.Value)}");
        }

        Plot? metric = Metric(training, kind);
        return Figure(
            "Learning",
            $"How far predictions are off, epoch by epoch{(metric is null ? "" : $"; below, {kind.Name} on the validation rows")}. The weights of the epoch with the lowest validation loss were kept.",
            [plot.Svg, .. metric is null ? Array.Empty<XElement>() : [metric.Svg]],
            [("joint", "training rows"), .. validated.Length > 0 ? [("second", "validation rows")] : Array.Empty<(string, string)>()]);
    }

    private static Plot? Metric(TrainingReport training, MetricKind kind)
    {
        LossPoint[] judged = [.. training.Losses.Where(l => l.ValidationMetric is not null)];
        if (judged.Length < 2)
        {
            return null;
        }

        var plot = new Plot(
            $"{kind.Name} on the validation rows by epoch",
            Axis.UpTo("epoch", 1, training.Losses.Max(l => l.Epoch), whole: true),
            Axis.Around(kind.Name, judged.Select(l => l.ValidationMetric!.Value)));
        plot.Marker(training.BestEpoch, $"kept: epoch {training.BestEpoch}");
        plot.Curve("second", judged.Select(l => ((double)l.Epoch, l.ValidationMetric!.Value)));
        if (judged.FirstOrDefault(l => l.Epoch == training.BestEpoch) is { } best)
        {
            plot.Dot("second", best.Epoch, best.ValidationMetric!.Value, 4, $"epoch {best.Epoch}: {Figures.Metric(best.ValidationMetric.Value)}");
        }

        return plot;
    }

    public static XElement? Roc(Report report)
    {
        if (report.Curves.Roc is not { Count: > 1 } roc)
        {
            return null;
        }

        var plot = new Plot("ROC curve on the test rows", Axis.Share("false positive rate"), Axis.Share("true positive rate"));
        plot.Area("joint", [.. roc.Select(p => (p.FalsePositiveRate, p.TruePositiveRate))]);
        plot.Reference(0, 0, 1, 1);
        List<(string, string)> legend = [("joint", Named("all parties", report.Metrics.Test?.Auc))];
        if (report.Curves.RocAlone is { Count: > 1 } alone)
        {
            plot.Curve("alone", alone.Select(p => (p.FalsePositiveRate, p.TruePositiveRate)));
            legend.Add(("alone", Named(report.LabelParty + " alone", report.Baseline?.LabelPartyAlone.Test?.Auc)));
        }

        plot.Curve("joint", roc.Select(p => (p.FalsePositiveRate, p.TruePositiveRate)));
        return Figure(
            "Discrimination",
            "ROC curve on test patients: the further up and left, the better. The dashed line is chance.",
            [plot.Svg],
            legend);

        static string Named(string name, double? auc) => auc is { } value ? $"{name}, AUC {Figures.Metric(value)}" : name;
    }

    public static XElement? Calibration(Report report)
    {
        if (report.Curves.Calibration is not { Count: > 0 } groups)
        {
            return null;
        }

        bool regression = report.Task == "regression";
        double[] values = [.. groups.SelectMany(g => new[] { g.Predicted, g.Observed })];
        Axis x = regression ? Axis.Around("mean prediction", values) : Axis.Share("predicted probability");
        Axis y = regression ? Axis.Around("mean outcome", values) : Axis.Share("observed share");
        var plot = new Plot("Observed against predicted outcomes on the test rows", x, y);
        plot.Reference(x.Minimum, x.Minimum, x.Maximum, x.Maximum);
        plot.Curve("joint thin", groups.Select(g => (g.Predicted, g.Observed)));
        int most = groups.Max(g => g.Rows);
        foreach (CalibrationGroup g in groups.Where(_ => !regression))
        {
            (double low, double high) = WilsonInterval(g.Observed, g.Rows);
            plot.Whisker("joint", g.Predicted, low, high);
        }

        foreach (CalibrationGroup g in groups)
        {
            plot.Dot(
                "joint", g.Predicted, g.Observed, 3 + (6 * Math.Sqrt((double)g.Rows / most)),
                $"{Figures.Count(g.Rows)} patients: predicted {Figures.Metric(g.Predicted)}, observed {Figures.Metric(g.Observed)}");
        }

        return Figure(
            regression ? "Predicted and true" : "Calibration",
            "Test patients in groups of like predictions; larger dots hold more patients. On the dashed line predictions say what happens."
            + (regression ? "" : " Upright lines are 95 % intervals of the observed share (Wilson)."),
            [plot.Svg],
            [("joint", "groups of test patients")]);
    }

    /// <summary>The axis of a survival chart up to the last event, whose ticks also head the numbers at risk.</summary>
    public static Axis SurvivalTimes(double end) => Axis.UpTo("time, in the outcome's unit", 0, end, whole: false);

    // Wilson 1927: it stays within 0 and 1, and has a width where all or none have the outcome.
    private static (double Low, double High) WilsonInterval(double share, int rows)
    {
        const double Z = 1.959964;
        double square = Z * Z / rows;
        double centre = (share + (square / 2)) / (1 + square);
        double half = Z / (1 + square) * Math.Sqrt((share * (1 - share) / rows) + (square / (4 * rows)));
        return (Math.Max(0, centre - half), Math.Min(1, centre + half));
    }

    public static XElement? Survival(Report report)
    {
        if (report.Curves.Survival is not { Count: > 0 } groups)
        {
            return null;
        }

        double end = groups.Max(g => g.Steps.Count == 0 ? 0 : g.Steps[^1].Time);
        var plot = new Plot(
            "Kaplan-Meier curves by predicted risk on the test rows", SurvivalTimes(end), Axis.Share("event-free"));
        List<(string, string)> legend = [];
        for (int i = 0; i < groups.Count; i++)
        {
            string shade = groups.Count == 1 ? "joint" : $"risk{i * 3 / (groups.Count - 1)}";
            plot.Curve(shade, groups[i].Steps.Select(s => (s.Time, s.Survival)), steps: true);
            legend.Add((shade, $"{groups[i].Name}: {Figures.Count(groups[i].Events)} events in {Figures.Count(groups[i].Rows)} patients"));
        }

        return Figure(
            "Survival by predicted risk",
            "Kaplan-Meier curves of test patients, in thirds of the model's risk. The further apart, the better.",
            [plot.Svg],
            legend,
            AtRisk(groups, SurvivalTimes(end).Step));
    }

    private static XElement? AtRisk(IReadOnlyList<RiskGroup> groups, double step) => groups.Any(g => g.AtRisk is not { Count: > 0 }) ? null : Element(
        "table",
        Class("caption", "hint", "Patients at risk: followed and free of the event just before that time"),
        Element("thead", Element("tr", Element("th", Attribute("scope", "col"), "time"), groups[0].AtRisk!.Select(a => Element("th", Attribute("scope", "col"), Figures.Tick(a.Time, step))))),
        Element("tbody", groups.Select(g => Element(
            "tr", Element("th", Attribute("scope", "row"), g.Name), g.AtRisk!.Select(a => Class("td", "number", Figures.Count(a.Patients)))))));

    private static XElement Figure(string title, string caption, IEnumerable<XElement> svg, IEnumerable<(string Class, string Text)> legend, XElement? table = null) => Class(
        "figure",
        "card",
        Element("h3", title),
        Class("p", "caption", caption),
        svg,
        Class("ul", "legend", legend.Select(l => Element("li", Class("span", "key " + l.Class), l.Text))),
        table);
}
