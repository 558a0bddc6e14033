using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>What the privacy officer reads: what protected the data, who could read what, what exactly was approved.</summary>
internal static class PrivacySections
{
    public static XElement? Notes(Report report) => report.Notes.Count == 0 ? null : Class(
        "section", "notes",
        Element("h2", "Read this first"),
        Element("ul", report.Notes.Select(n => Element("li", n))));

    public static XElement WhoReads(Report report) => Class(
        "section", "card wide",
        Element("h2", "Who could read what"),
        Class(
            "p", "caption",
            "Everything that crossed the wall of "
            + $"{report.LabelParty} in this run, by class of message. Messages between parties are encrypted from party to party; "
            + "the coordinator relays what it cannot open."),
        Class("dl", "facts", Protections(report)),
        report.Messages.Count == 0
            ? null
            : ModelSections.Table(["Message", "Readable by", "What the reader learns", "Sent", "Received"], report.Messages.Select(Row)));

    public static XElement Model(Report report) => Class(
        "section", "card wide",
        Element("h2", "Model fingerprint"),
        Class(
            "p", "caption",
            "SHA-256 over the parties' fingerprints in the order of their names. Each party holds its own part of the model and no other."),
        Class("p", "hash", report.Model.Sha256),
        report.Model.Parts.Count == 0
            ? null
            : ModelSections.Table(
                ["Party", "SHA-256 over its weights"],
                report.Model.Parts.OrderBy(p => p.Key, StringComparer.Ordinal).Select(
                    p => Element("tr", Element("td", p.Key), Element("td", Class("code", "hash", p.Value))))));

    public static XElement? Settings(Report report) => report.ExpandedStudy.Length == 0 ? null : Class(
        "section", "card wide",
        Element("h2", "The study, as it was approved"),
        Class(
            "p", "caption", "The exact text that every party approved, with every default written out; its SHA-256 is the study id ",
            Element("code", report.StudyId), "."),
        Element("pre", report.ExpandedStudy));

    private static IEnumerable<XObject> Protections(Report report)
    {
        PrivacyReport privacy = report.Privacy;
        string features = string.Join(", ", report.FeatureParties);
        List<XObject> facts = [];
        if (privacy.Masked is { } masked)
        {
            facts.AddRange(ModelSections.Fact(
                "Activations",
                masked
                    ? $"masked pairwise; {report.LabelParty} read only the sum over {features}{Ring(privacy)}{Exposed(report)}"
                    : $"not hidden: with one feature party the sum is that of {features}, whose own policy allowed it"));
        }

        if (privacy.DifferentialPrivacy is { } held)
        {
            facts.AddRange(ModelSections.Fact("Differential privacy", FormattableString.Invariant(
                $"replacing one training patient's data at one party by any other changes what all other parties together see by at most epsilon {Math.Max(held.FeaturePartyEpsilon, held.LabelPartyEpsilon):0.###} (at the label party {held.LabelPartyEpsilon:0.###}; a test patient {held.TestPatientEpsilon:0.###}), delta {held.Delta:0.#e+0}; the patient's data at all parties at once, for whoever holds none of it: epsilon {held.WholePatientEpsilon:0.###}. It does not cover who is in the cohort, which rows train, nor who reads this report. Noise: {held.RowNoise:0.##} clipping norms on every released row, {held.WeightNoise:0.##} on every step's weights")));
        }

        if (privacy.ReleaseNoise is { } noise)
        {
            facts.AddRange(ModelSections.Fact(
                "Noise",
                FormattableString.Invariant($"each feature party shortened every row that it released to a norm of {privacy.ClippingNorm:0.###} and added Gaussian noise of {noise:0.###} times that; it is fresh in each epoch, carries no epsilon, and predictions are made from blurred rows")));
        }

        if (privacy.LabelsDisclosedTo is { } disclosed)
        {
            string protection = Protection(privacy);
            string told = disclosed.Count == 0
                ? ""
                : $"may be inferred from gradients by {string.Join(", ", disclosed)}, as the study declares";
            facts.AddRange(ModelSections.Fact("Labels", string.Join("; ", new[] { protection, told }.Where(t => t.Length > 0))));
        }

        if (privacy.Ledger is { } ledger)
        {
            string budget = ledger.Budget is { } most ? FormattableString.Invariant($"of {most:0.###} that {report.LabelParty}'s policy allows") : $"and {report.LabelParty}'s policy sets no limit";
            facts.AddRange(ModelSections.Fact(
                "Privacy ledger",
                FormattableString.Invariant($"{ledger.PatientsCharged} patients were charged for this run; over all studies of {report.LabelParty} at most an epsilon of {ledger.LargestEpsilon:0.###} each, {budget}")));
        }

        if (privacy.Released is { } released)
        {
            facts.AddRange(ModelSections.Fact(
                "Coordinator", released.Count == 0 ? "was told nothing beyond start and end" : "was told: " + string.Join(", ", released)));
        }

        return facts;
    }

    private static string Protection(PrivacyReport privacy) => privacy.LabelProtection switch
    {
        null or "none" => "",
        "marvell" => $"gradients perturbed (marvell) so that an attack on one batch stays below an AUC of {Figures.Metric(privacy.LargestAuc ?? 0)}",
        "labelDp" => FormattableString.Invariant($"everything that left was calculated from outcomes reported with label differential privacy, epsilon {privacy.LabelEpsilon:0.###}"),
        string other => $"gradients protected by {other}",
    };

    private static string Exposed(Report report) => report.Contributions is { Exposed: { Count: > 0 } parties }
        ? $", and on test rows sums that differ by one of {string.Join(", ", parties)}, which show that one's"
        : "";

    private static string Ring(PrivacyReport privacy) => privacy.Ring is { } ring ? $" (ring {ring})" : "";

    private static XElement Row(MessageClassReport message) => Element(
        "tr",
        Element("td", Element("strong", message.Type)),
        Element("td", Class("span", "reader " + Shade(message.Readers), Readers(message.Readers))),
        Element("td", message.Reveals),
        Volume(message.Sent, message.BytesSent),
        Volume(message.Received, message.BytesReceived));

    private static XElement Volume(long count, long bytes) => Class(
        "td", "number",
        count == 0 ? "\u2013" : $"{Figures.Count(count)}\u00d7",
        count == 0 ? null : Class("span", "hint", " " + Figures.Bytes(bytes)));

    private static string Shade(string readers) => readers == "peerParty" ? "peer" : "wide";

    private static string Readers(string readers) => readers switch
    {
        "peerParty" => "the peer party",
        "coordinator" => "the coordinator",
        "consortium" => "everybody in the study",
        _ => "not listed",
    };
}
