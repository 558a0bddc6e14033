using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Coordinator.Registry;

/// <summary>A submitted study and the decisions that have arrived on it.</summary>
internal sealed class StudyEntry(StudyDocument document)
{
    public StudyDocument Document { get; } = document;

    /// <summary>Each party's newest decision, as signed.</summary>
    public Dictionary<PartyId, Decision> Decisions { get; } = [];

    public sealed record Decision(SignedApproval Signed, bool Approved, string Operator, DateTimeOffset Time);
}
