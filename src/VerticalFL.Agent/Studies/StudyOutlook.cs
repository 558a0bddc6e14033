using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Studies;

/// <summary>One class of message that tells its reader something.</summary>
/// <param name="Message">Its name.</param>
/// <param name="To">Who reads it.</param>
/// <param name="Learns">What the reader learns from it, one sentence.</param>
public sealed record OutlookMessage(string Message, string To, string Learns);

/// <summary>What a study means for one party, before anybody has decided on it.</summary>
/// <param name="Party">The party.</param>
/// <param name="HoldsLabel">Whether it is the label party.</param>
/// <param name="Dataset">The dataset that it would bring.</param>
/// <param name="Columns">Which columns of it.</param>
/// <param name="Sends">What it would send to other parties that tells them something of patients or model; everything else that crosses is random by itself.</param>
/// <param name="Findings">What the party's policy says of the study: the text that its operator reads at approval.</param>
public sealed record PartyOutlook(string Party, bool HoldsLabel, string Dataset, string Columns, IReadOnlyList<OutlookMessage> Sends, IReadOnlyList<FindingView> Findings);

/// <summary>What each party of a study would send and learn, told from the study alone.</summary>
public static class StudyOutlook
{
    /// <summary>One entry for each party, the label party first.</summary>
    /// <param name="study">The expanded study.</param>
    /// <param name="policyOf">Each party's policy.</param>
    public static IReadOnlyList<PartyOutlook> Of(Study study, Func<PartyId, Policy> policyOf)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(policyOf);
        return
        [
            .. study.Parties.Select(party => new PartyOutlook(
                party.Value,
                party == study.LabelParty,
                study.Data.GetValueOrDefault(party)?.Dataset ?? study.Name,
                ColumnsOf(study, party),
                [.. Sent(study, party)],
                [.. PolicyCheck.Evaluate(policyOf(party), study, party).Select(f => new FindingView(f.Refuses, f.Text))])),
        ];
    }

    private static IEnumerable<OutlookMessage> Sent(Study study, PartyId party)
    {
        string followers = "each of " + string.Join(", ", study.FeatureParties);
        if (party == study.LabelParty)
        {
            MessageType cohort = study.FeatureParties.Count > 1 ? MessageType.CohortAnnouncement : MessageType.CohortMarks;
            MessageType[] types =
            [
                MessageType.AlignmentHello, cohort, MessageType.RowAssignment, MessageType.ActivationGradients, MessageType.EpochDecision,
                .. study.HasModelChoice ? [MessageType.ModelChoice] : Array.Empty<MessageType>(),
            ];
            return types.Select(t => Message(t, followers));
        }

        MessageType matches = study.FeatureParties.Count > 1 ? MessageType.OkvsChunk : MessageType.OprfTags;
        return new[] { MessageType.AlignmentHello, matches, MessageType.MaskedActivations, MessageType.PartSummary }.Select(t => Message(t, study.LabelParty.Value));
    }

    private static OutlookMessage Message(MessageType type, string to) => new(type.ToString(), to, MessageCatalog.Find(type)!.Reveals);

    private static string ColumnsOf(Study study, PartyId party)
    {
        PartyData data = study.Data.GetValueOrDefault(party) ?? new PartyData();
        if (study.Privacy.DifferentialPrivacy is not null)
        {
            return string.Join(", ", data.Ranges.Keys.Concat(data.Levels.Keys).Order(StringComparer.Ordinal));
        }

        string include = data.Include is ["*"] ? "all but identifiers" : string.Join(", ", data.Include);
        return data.Exclude.Count == 0 ? include : $"{include}, without {string.Join(", ", data.Exclude)}";
    }
}
