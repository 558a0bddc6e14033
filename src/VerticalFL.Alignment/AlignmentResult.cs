using VerticalFL.Messages;

namespace VerticalFL.Alignment;

/// <summary>The common patients, as this party's own row numbers in the order that all parties share.</summary>
/// <param name="Rows">Row i of the cohort is this row of the party's own table, from 0.</param>
/// <param name="Sizes">How many distinct identifiers each party brought, padding included.</param>
/// <param name="Id">
/// 32 hexadecimal characters, the same at every party and random: names this alignment, so that parties can tell after a restart whether
/// they
/// hold the same one. It says nothing about the patients.
/// </param>
public sealed record AlignmentResult(IReadOnlyList<int> Rows, IReadOnlyDictionary<PartyId, int> Sizes, string Id);
