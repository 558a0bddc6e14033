using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>How good the model is when parties are absent, and what each adds.</summary>
internal static class ContributionsSection
{
    /// <summary>A page shows no more subsets than these; report.json has all.</summary>
    private const int MostShown = 32;

    public static XElement? Of(Report report)
    {
        if (report.Contributions is not { Subsets.Count: > 1 } contributions)
        {
            return null;
        }

        MetricKind kind = MetricKind.All.First(k => k.Key == contributions.Metric);
        return Element(
            "section",
            Element("h2", "Who adds what"),
            Class("div", "grid", Subsets(report, contributions, kind), Values(report, contributions, kind)));
    }

    private static XElement Subsets(Report report, ContributionsReport contributions, MetricKind kind)
    {
        double? alone = report.Baseline?.LabelPartyAlone.Test is { } test ? kind.Read(test) : null;
        return Class(
            "div", "card",
            Element("h3", $"{kind.Name} when parties are absent"),
            Class(
                "p", "caption",
                "The one model on the same test patients; absent parties count as zero in the sum at the cut. "
                + (contributions.PartyDropout > 0
                    ? $"It was trained to do without them: each was absent from {Figures.Percent(contributions.PartyDropout)} of the steps."
                    : "It was trained with all parties always there (training.partyDropout 0), and has not learned to do without any.")
                + (contributions.Subsets.Count > MostShown ? $" Of {contributions.Subsets.Count} subsets the smallest and the largest are shown; report.json has all." : "")),
            Shown(contributions.Subsets).Select(s => Class(
                "div", "metric",
                Class("span", "metricname", Name(report, s.Present), s.Interval is { } i ? Class("span", "hint", Figures.Interval(i)) : null),
                kind.Read(s.Test) is { } value ? ModelSections.Bar(s.Present.Count == report.FeatureParties.Count ? "joint" : "common", value) : Class("span", "number", "\u2013"))),
            alone is null ? null : Class(
                "div", "metric",
                Class("span", "metricname", report.LabelParty + " alone", Class("span", "hint", "a model of its own")),
                ModelSections.Bar("alone", alone.Value)));
    }

    private static XElement Values(Report report, ContributionsReport contributions, MetricKind kind) => Class(
        "div", "card",
        Element("h3", "Contributions"),
        Class(
            "p", "caption",
            $"Shapley values in {kind.Name}: what each adds, on average over all orders in which they may join {report.LabelParty}. They add up to {kind.Name} with all parties minus that with none. "
            + "Approximated with the one model; training anew for each subset may give others."),
        contributions.Contributions is not { } values
            ? Class("p", "caption", $"{kind.Name} cannot be computed for some subset, so there are none.")
            : ModelSections.Table(
                ["Parties", $"Adds to {kind.Name}"],
                values.Select(c => Element(
                    "tr",
                    Element("td", Element("strong", string.Join(", ", c.Parties))),
                    Class("td", "number", Figures.Signed(c.Value), c.Interval is { } i ? Class("span", "interval", Figures.SignedInterval(i)) : null)))),
        contributions.Exposed.Count == 0 ? null : Class(
            "p", "caption",
            $"These figures have a price: from sums that differ by one party {report.LabelParty} can work out the activations of {string.Join(", ", contributions.Exposed)}, patient by patient. Their policies allow it."));

    private static IEnumerable<SubsetReport> Shown(IReadOnlyList<SubsetReport> subsets)
    {
        SubsetReport[] ordered = [.. subsets.OrderBy(s => s.Present.Count)];
        return ordered.Length <= MostShown ? ordered : ordered.Take(MostShown / 2).Concat(ordered.TakeLast(MostShown / 2));
    }

    private static string Name(Report report, IReadOnlyList<string> present) =>
        present.Count == report.FeatureParties.Count ? "all parties" : string.Join(" + ", present.Prepend(report.LabelParty));
}
