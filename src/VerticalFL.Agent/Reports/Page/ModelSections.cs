using System.Globalization;
using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>What the biostatistician reads: the headline, the cohort, the figures.</summary>
internal static class ModelSections
{
    /// <summary>A page names no more columns than these.</summary>
    private const int MostColumns = 120;

    public static XElement Headline(Report report)
    {
        MetricKind kind = MetricKind.HeadlineOf(report.Task);
        double? value = report.Metrics.Test is { } test ? kind.Read(test) : null;
        double? alone = report.Baseline?.LabelPartyAlone.Test is { } before ? kind.Read(before) : null;
        XElement gain = (value, alone) switch
        {
            ({ } v, { } a) => Class(
                "p", "gain",
                Class("span", MayBeChance(report.Intervals, kind) ? "delta" : v >= a ? "delta better" : "delta worse", Figures.Signed(v - a)),
                $" against {report.LabelParty} alone ({Figures.Metric(a)})"),
            (not null, null) => Class("p", "gain", "No comparison with the label party alone was asked for."),
            _ => Class("p", "gain", "There were no test patients to judge the model by."),
        };
        return Class(
            "section", "hero",
            Class(
                "div", "figurehead",
                Class("p", "overline", $"{kind.Name} on {Figures.Count(report.Cohort.Test)} test patients"),
                Class("p", "big", value is { } shown ? Figures.Metric(shown) : "\u2013"),
                gain,
                Interval(report.Intervals, kind),
                Class("p", "caption", $"{kind.Name}: {kind.Meaning}.")),
            Bars(report));
    }

    public static XElement Cohort(Report report) => Class(
        "section", "card wide",
        Element("h2", "Cohort"),
        Class(
            "p", "caption",
            $"Found by private set intersection ({report.Alignment.Protocol}) in {Figures.Duration(report.Alignment.Seconds)}: "
            + "no party learned which other patients the others have."),
        Passes(report.Alignment),
        CohortDrawing.Draw(report),
        OutcomesTable.Of(report));

    private static XElement? Passes(AlignmentReport alignment) => alignment.Passes is not { } passes ? null : Table(
        ["Key", "Matched by it", .. passes[0].Sizes.Keys.Select(p => $"Brought by {p}"), "Own rows: blank", "Own rows: not of its kind", "Own rows: repeated"],
        passes.Select(p => Element("tr", ((string[])
        [
            string.Join(", ", p.Columns), Figures.Count(p.Matched), .. p.Sizes.Values.Select(s => Figures.Count(s)),
            Figures.Count(p.Blank), Figures.Count(p.Invalid), Figures.Count(p.Repeated),
        ]).Select(cell => Element("td", cell)))));

    public static XElement Performance(Report report)
    {
        List<XElement> charts = [.. TaskCharts(report)];
        if (LearningStandsWithModel(report) && Charts.Losses(report.Training, MetricKind.HeadlineOf(report.Task)) is { } learning)
        {
            charts.Add(learning);
        }

        return Element(
            "section",
            Element("h2", "Model"),
            charts.Count == 0 ? null : Class("div", "grid", charts),
            MetricTable(report),
            DecisionTables.Thresholds(report),
            DecisionTables.Confusion(report),
            Compared(report));
    }

    private static XElement? Compared(Report report)
    {
        if (report.Models is not { } models)
        {
            return null;
        }

        MetricKind[] kinds = [.. MetricKind.All.Where(k => models.Any(m => k.Read(m.Validation) is not null)).Take(4)];
        return Class(
            "div", "card wide",
            Element("h3", "Models compared"),
            Class("p", "caption", "Each was trained in this run, and all were judged on the validation rows only. The one with the lowest validation loss is the result; it alone met the test patients, once."),
            Table(
                ["Model", "Epochs", "Validation loss", .. kinds.Select(k => k.Name + ", validation"), "Time", "Sent"],
                models.Select(m => Element(
                    "tr",
                    Element("td", m.Chosen ? Element("strong", $"{m.Preset}, cut {m.Cut} (chosen)") : $"{m.Preset}, cut {m.Cut}"),
                    Class("td", "number", $"{m.Epochs}, kept {m.BestEpoch}"),
                    Class("td", "number", Figures.Metric(m.ValidationLoss)),
                    kinds.Select(k => Class("td", "number", k.Read(m.Validation) is { } v ? Figures.Metric(v) : "\u2013")),
                    Class("td", "number", Figures.Duration(m.Seconds)),
                    Class("td", "number", Figures.Bytes(m.BytesSent))))));
    }

    public static XElement? Features(Report report) => report.Features is not { } features ? null : Class(
        "section", "card wide",
        Element("h2", $"Columns of {features.Party}"),
        Class(
            "p", "caption",
            $"{Figures.Count(features.Used.Count)} columns became {Figures.Count(features.Inputs)} inputs. "
            + "The other parties' columns are known to themselves only."),
        features.Used.Count == 0 ? null : Class(
            "p", "columns",
            features.Used.Take(MostColumns).Select(c => Element("code", c)),
            features.Used.Count > MostColumns ? Element("span", $"and {Figures.Count(features.Used.Count - MostColumns)} more; report.json has all") : null),
        features.Dropped.Count == 0
            ? null
            : Table(
                ["Not used", "Why"],
                features.Dropped.Select(d => Element("tr", Element("td", Element("code", d.Column)), Element("td", d.Reason)))));

    public static XElement Run(Report report)
    {
        XElement facts = Class(
            "div", "card",
            Element("h3", "Effort"),
            Class(
                "dl", "facts",
                Fact(
                    "Alignment",
                    $"{Figures.Duration(report.Alignment.Seconds)}, {Figures.Bytes(report.Alignment.BytesSent)} sent by {report.LabelParty}"),
                Fact(
                    "Training",
                    $"{Figures.Duration(report.Training.Seconds)}, {Figures.Bytes(report.Training.BytesSent)} sent by all parties"),
                Fact(
                    "Epochs",
                    $"{Figures.Count(report.Training.Epochs)}, kept the weights of epoch {Figures.Count(report.Training.BestEpoch)}"
                        + (report.Training.Second is { } second ? $"; then {Figures.Count(second.Epochs)} with the validation rows" : "")),
                report.Attempts == 1 ? [] : Fact("Attempts", $"{Figures.Count(report.Attempts)}: {string.Join("; ", report.Interruptions)}"),
                Fact("Steps", Figures.Count(report.Training.Steps)),
                Fact("Speed", $"{Figures.Count((long)report.Training.SamplesPerSecond)} rows a second"),
                Fact("Training loss", Figures.Metric(report.Training.TrainLoss)),
                report.Training.Forecast is { } forecast ? Fact("Forecast", forecast.InWords() + ".") : [],
                report.Training.Forecast is null ? [] : Fact("Measured", Measured(report.Training))));
        return Element(
            "section",
            Element("h2", "Run"),
            Class("div", "grid", LearningStandsWithModel(report) ? null : Charts.Losses(report.Training, MetricKind.HeadlineOf(report.Task)), facts));
    }

    private static string Measured(TrainingReport training) =>
        $"{Figures.Duration(training.Seconds - (training.Second?.Seconds ?? 0))} for {Figures.Count(training.Epochs)} epochs, where {Figures.Duration(training.Forecast!.SecondsOfEpochs ?? 0)} were forecast; "
        + $"{Figures.Bytes(training.BytesSent - (training.Second?.BytesSent ?? 0))} sent"
        + (training.Second is { } second ? $"; the second training took {Figures.Duration(second.Seconds)} and {Figures.Bytes(second.BytesSent)}" : "")
        + (training.PeakMemoryBytes is { } memory ? $"; {Figures.Memory(memory)} of memory." : ".");

    /// <summary>A table. On a narrow screen each row becomes a block, in which every cell but the first stands beside its column's name.</summary>
    public static XElement Table(IReadOnlyList<string> heads, IEnumerable<XElement> rows) => Class(
        "div", "scroll",
        Class(
            "table", "stacks",
            Element("thead", Element("tr", heads.Select(h => Element("th", Attribute("scope", "col"), h)))),
            Element("tbody", rows.Select(r => Labelled(r, heads)))));

    private static XElement Labelled(XElement row, IReadOnlyList<string> heads)
    {
        foreach ((XElement cell, string head) in row.Elements("td").Zip(heads).Skip(1))
        {
            cell.Add(Attribute("data-label", head));
        }

        return row;
    }

    public static IEnumerable<XObject> Fact(string name, params object?[] value) => [Element("dt", name), Element("dd", value)];

    private static IEnumerable<XElement> TaskCharts(Report report) =>
        new[] { Charts.Roc(report), Charts.Survival(report), Charts.Calibration(report) }.OfType<XElement>();

    // Charts stand in pairs: the loss curve goes where one would stand alone.
    private static bool LearningStandsWithModel(Report report) => TaskCharts(report).Count() % 2 == 1;

    private static XElement? Interval(IntervalsReport? intervals, MetricKind kind) =>
        intervals?.Test.GetValueOrDefault(kind.Key) is not { } interval ? null : Class(
            "p", "caption",
            $"{Figures.Percent(intervals.Level)} interval {Figures.Interval(interval)}"
            + (intervals.Difference?.GetValueOrDefault(kind.Key) is { } difference ? $"; of the difference {Figures.SignedInterval(difference)}{(MayBeChance(intervals, kind) ? ": there may be none" : "")}." : "."));

    // A difference whose interval holds 0 is shown in no colour.
    private static bool MayBeChance(IntervalsReport? intervals, MetricKind kind) =>
        intervals?.Difference?.GetValueOrDefault(kind.Key) is { Low: <= 0, High: >= 0 };

    /// <summary>Bars of the shares that lie between 0 and 1, all parties against the label party alone.</summary>
    private static XElement Bars(Report report)
    {
        MetricValues test = report.Metrics.Test ?? new MetricValues();
        MetricValues? alone = report.Baseline?.LabelPartyAlone.Test;
        List<XObject> rows = [];
        foreach (MetricKind kind in MetricKind.All.Where(k => k.IsShare && k.Read(test) is not null).Take(6))
        {
            rows.Add(Class(
                "div", "metric",
                Class("span", "metricname", kind.Name, kind.HigherIsBetter != false ? null : Class("span", "hint", " lower is better")),
                Bar("joint", kind.Read(test)!.Value),
                alone is not null && kind.Read(alone) is { } a ? Bar("alone", a) : null));
        }

        return Class(
            "div", "bars",
            rows,
            rows.Count == 0
                ? null
                : Class(
                    "ul", "legend",
                    Element("li", Class("span", "key block joint"), "all parties together"),
                    alone is null ? null : Element("li", Class("span", "key block alone"), report.LabelParty + " alone")));
    }

    /// <summary>A share between 0 and 1 as a bar with its figure.</summary>
    public static XElement Bar(string shade, double value) => Class(
        "span", "track",
        Class(
            "span", "fill " + shade,
            Attribute("style", string.Create(CultureInfo.InvariantCulture, $"width:{Math.Clamp(value, 0, 1) * 100:0.#}%"))),
        Class("span", "number", Figures.Metric(value)));

    private static XElement MetricTable(Report report)
    {
        IntervalsReport? intervals = report.Intervals;
        (string Name, MetricValues? Values, IReadOnlyDictionary<string, IntervalReport>? Intervals)[] columns =
        [
            ("Training", report.Metrics.Train, null),
            ("Validation", report.Metrics.Validation, null),
            ("Test", report.Metrics.Test, intervals?.Test),
            ("Test, " + report.LabelParty + " alone", report.Baseline?.LabelPartyAlone.Test, intervals?.LabelPartyAlone),
        ];
        columns = [.. columns.Where(c => c.Values is not null)];
        IReadOnlyDictionary<string, IntervalReport>? gains = intervals?.Difference;
        MetricValues? test = report.Metrics.Test, alone = report.Baseline?.LabelPartyAlone.Test;
        IEnumerable<XElement> rows = MetricKind.All
            .Where(k => columns.Any(c => k.Read(c.Values!) is not null))
            .Select(k => Element(
                "tr",
                Element("td", Element("strong", k.Name), Class("span", "hint", " " + k.MeaningIn(report.Task))),
                columns.Select(c => Class(
                    "td", "number",
                    k.Read(c.Values!) is { } v ? Figures.Metric(v) : "\u2013",
                    c.Intervals?.GetValueOrDefault(k.Key) is { } i ? Class("span", "interval", Figures.Interval(i)) : null)),
                gains is null ? null : Class(
                    "td", "number",
                    test is not null && alone is not null && k.Read(test) is { } together && k.Read(alone) is { } before ? Figures.Signed(together - before) : "\u2013",
                    gains.GetValueOrDefault(k.Key) is { } gain ? Class("span", "interval", Figures.SignedInterval(gain)) : null)));
        return Class(
            "div", "card wide",
            Table(["Metric", .. columns.Select(c => c.Name), .. gains is null ? Array.Empty<string>() : ["Difference on test"]], rows),
            intervals is null
                ? null
                : Class(
                    "p", "caption",
                    $"Intervals: {Figures.Percent(intervals.Level)}, percentile bootstrap, {Figures.Count(intervals.Resamples)} resamples of the test patients. They say how far "
                    + "the figures would move with other patients, not with another seed."
                    + (intervals.Test.Values.Any(i => i.High - i.Low < 0.0005) ? " One without width says that no resample differed, not that the figure is sure." : "")));
    }
}
