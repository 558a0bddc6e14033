using VerticalFL.Messages;

namespace VerticalFL.Alignment;

/// <summary>One pass of an alignment over all parties, by one of the study's keys.</summary>
/// <param name="Sizes">How many distinct identifiers each party brought to it, padding included.</param>
/// <param name="Patients">How many patients it matched.</param>
public sealed record AlignmentPass(IReadOnlyDictionary<PartyId, int> Sizes, int Patients);
