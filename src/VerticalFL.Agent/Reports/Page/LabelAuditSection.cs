using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>How well outcomes could be inferred from the gradients that left the label party.</summary>
internal static class LabelAuditSection
{
    public static XElement? Of(Report report) => report.Privacy.LabelAudit is not { } audit ? null : Class(
        "section", "card wide",
        Element("h2", "What training told about outcomes"),
        Class(
            "p", "caption",
            $"{report.LabelParty} played a curious feature party on the gradients of {Figures.Count(audit.Steps)} training steps as they left. Each figure is the area under the curve of its guesses against "
            + "the true outcomes of training patients: 0.5 is no better than a coin, 1 is every outcome. Chance is the same figure against outcomes that were dealt out anew. "
            + $"The strongest is {LabelAuditReport.NameOf(audit.Strongest)}."
            + (audit.Completion is null ? " Not played, for it takes the parties' data beside each other as in a simulation: a feature party that completes its own trained model with outcomes that it knows." : "")),
        ModelSections.Table(["Attack", "What it looks at", "AUC", "Chance"], audit.Attacks.Select(Row)),
        audit.Completion is not { } completion ? null : Class(
            "p", "caption",
            "With 20 known patients of each outcome and its own trained model "
            + string.Join("; ", completion.Select(Completed)) + "."),
        audit.Completion is null ? null : Class(
            "p",
            "caption",
            audit.Cheats is null
                ? "Not played, for it takes a training for each party: a feature party that cheats in training so that the model leans on it (vfl simulate --audit --cheat)."
                : "Trained once more for each feature party, with that one cheating: it speeds its own model up, so that the joint model leans on it. A cheat that makes the model much worse is noticed."),
        audit.Cheats is not { } cheats ? null : ModelSections.Table(
            ["Party that cheats", "By its own model, AUC", "Without cheating", "Strongest attack then", "AUC", "Chance", "Test AUC", "Without cheating"],
            cheats.Select(c => Cheated(c, report.Metrics.Test?.Auc))),
        audit.MembershipAuc is not { } membership ? null : Class(
            "p", "caption", $"Who holds the predictions and outcomes tells training patients from test patients with an AUC of {Figures.Metric(membership)} (chance {Figures.Metric(audit.MembershipChance ?? 0.5)})."));

    private static string Completed(CompletionReport leak) =>
        $"{leak.Party} tells the others' outcomes with an AUC of {Figures.Metric(leak.Auc)}"
        + (leak.FineTunedAuc is { } further ? $", of {Figures.Metric(further)} when it trains that model on" : "")
        + $" (its columns alone, without the others: {Figures.Metric(leak.ColumnsAuc)})";

    private static XElement Cheated(CheatReport cheat, double? honestTest) => Element(
        "tr",
        Element("td", Element("strong", cheat.Party)),
        Class("td", "number", Figures.Metric(cheat.CompletionAuc)),
        Class("td", "number", Figures.Metric(cheat.HonestCompletionAuc)),
        Element("td", LabelAuditReport.NameOf(cheat.Attack)),
        Class("td", "number", Figures.Metric(cheat.Auc)),
        Class("td", "number", Figures.Metric(cheat.Chance)),
        Class("td", "number", cheat.TestAuc is { } test ? Figures.Metric(test) : "-"),
        Class("td", "number", honestTest is { } honest ? Figures.Metric(honest) : "-"));

    private static XElement Row(KeyValuePair<string, LeakReport> leak) => Element(
        "tr",
        Element("td", Element("strong", LabelAuditReport.NameOf(leak.Key))),
        Element("td", Looks(leak.Key)),
        Class("td", "number", Figures.Metric(leak.Value.Auc)),
        Class("td", "number", Figures.Metric(leak.Value.Chance)));

    private static string Looks(string attack) => attack switch
    {
        "norm" => "how long a patient's gradient is among its batch; the epoch that told most",
        "direction" => "where a patient's gradient points among its batch; the epoch that told most",
        "spectral" => "the same, seen from the batch's mean",
        "averaged" => "length and direction of a patient's mean gradient over all epochs",
        "completion" => "straight and curved models of the outputs of a party's own trained bottom model, with and without the gradients, fitted to 20 known patients of each outcome; the party that is told most",
        "fineTuned" => "that bottom model, trained further by its party on the 20 known patients of each outcome and, without their outcomes, on the others; the party that is told most",
        LabelAuditReport.Cheating => "all of these after a training in which a party sped its own bottom model up; the party that is told most",
        _ => "straight and curved models of the mean gradients, fitted to 20 known patients of each outcome",
    };
}
