namespace VerticalFL.Messages.Studies;

/// <summary>Where one party has a column of the study's keys.</summary>
/// <param name="Column">The column's name in the party's data.</param>
/// <param name="Kind">How the party writes it; null for the study's kind, never null in an expanded study. Only one kind of date stands for another.</param>
public sealed record PartyIdentifier(string Column, IdentifierKind? Kind);
