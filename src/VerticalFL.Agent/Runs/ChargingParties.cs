using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>Which parties charge their patients in a run, as everybody knows from the study.</summary>
internal static class ChargingParties
{
    public static IReadOnlyCollection<PartyId> Of(Study study) =>
        study.Privacy.DifferentialPrivacy is not null ? [.. study.Parties]
        : study.Labels.Protection == LabelProtection.LabelDp ? [study.LabelParty]
        : [];
}
