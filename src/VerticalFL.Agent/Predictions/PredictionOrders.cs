using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Predictions;

/// <summary>Whether a prediction that the coordinator orders may begin here; that the study's approvals stand has been judged before.</summary>
internal sealed class PredictionOrders(PartyId self, Policy policy, StudyStore store, ModelShelf models, PredictionNotes notes)
{
    /// <summary>Why the order may not begin; null when it may, or is none of a prediction. Asked for every attempt.</summary>
    public string? WhyNot(RunOrder order)
    {
        if (order.Prediction is not { } terms || store.Find(order.Study) is not { } document)
        {
            return null;
        }

        PredictionTerms? noted;
        try
        {
            noted = notes.FindTerms(order.Study, order.Run);
        }
        catch (StorageException)
        {
            return "what was noted of its terms cannot be opened";
        }

        return noted is null && self == document.Study.LabelParty ? "this party has not asked for it"
            : noted is not null && noted != terms ? "its terms are other than before"
            : PredictionCheck.Evaluate(policy, document.Study, self, terms).FirstOrDefault(f => f.Refuses) is { } finding ? finding.Text.TrimEnd('.')
            : !models.Has(document, terms) ? $"no model {Convert.ToHexStringLower(terms.ModelHash.Span)[..8]} of run {terms.Model.Short} is kept here"
            : null;
    }
}
