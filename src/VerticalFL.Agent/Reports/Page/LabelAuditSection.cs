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
            + "the true outcomes of training patients: .5 is no better than a coin, 1 is every outcome. Chance is the same figure against outcomes that were dealt out anew. "
            + $"The strongest is {LabelAuditReport.NameOf(audit.Strongest)}."
            + (audit.Completion is null ? " Not played, for it takes the parties' data beside each other as in a simulation: a feature party that completes its own trained model with outcomes that it knows." : "")),
        ModelSections.Table(["Attack", "What it looks at", "AUC", "Chance"], audit.Attacks.Select(Row)),
        audit.Completion is not { } completion ? null : Class(
            "p", "caption",
            "With 20 known patients of each outcome and its own trained model "
            + string.Join("; ", completion.Select(c => $"{c.Party} tells the others' outcomes with an AUC of {Figures.Metric(c.Auc)} (its columns alone, without any training: {Figures.Metric(c.ColumnsAuc)})")) + "."),
        audit.MembershipAuc is not { } membership ? null : Class(
            "p", "caption", $"Who holds the predictions and outcomes tells training patients from test patients with an AUC of {Figures.Metric(membership)} (.5 is chance)."));

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
        "completion" => "a linear model of the outputs of a party's own trained bottom model, with and without the gradients, fitted to 20 known patients of each outcome; the party that is told most",
        _ => "a linear model of the mean gradients, fitted to 20 known patients of each outcome",
    };
}
