using System.Xml.Linq;
using static VerticalFL.Agent.Reports.Page.Markup;

namespace VerticalFL.Agent.Reports.Page;

/// <summary>How well the feature parties' columns could be reconstructed.</summary>
internal static class ReconstructionSection
{
    public static XElement? Of(Report report) => report.Privacy.Reconstruction is not { Count: > 0 } parties ? null : Class(
        "section", "card wide",
        Element("h2", "What the sum told about columns"),
        Class(
            "p", "caption",
            $"{report.LabelParty} was given the columns of {Figures.Count(parties[0].KnownRows)} training patients and guessed those of the others, by a linear model of "
            + (report.FeatureParties.Count > 1 ? "the sum of activations that it received" : "the activations that it received: with one feature party the sum is that party's own, and the masks hide nothing")
            + ", with the final weights or averaged over epochs, whichever tells more. Each figure is R\u00b2 against saying the mean for everybody: 0 tells nothing, 1 every value. Chance is the best told column's figure for another patient's columns. "
            + "The last column is what the label party could do if all other feature parties helped it."),
        ModelSections.Table(["Party", "Best told column", "R\u00b2", "Mean over columns", "Chance", "With all others' help"], parties.Select(Row)));

    private static XElement Row(ReconstructionReport party) => Element(
        "tr",
        Element("td", Element("strong", party.Party)),
        Element("td", party.LargestColumn),
        Class("td", "number", Figures.Metric(party.LargestR2)),
        Class("td", "number", Figures.Metric(party.MeanR2)),
        Class("td", "number", Figures.Metric(party.Chance)),
        Class("td", "number", Figures.Metric(party.AlonePartyLargestR2)));
}
