namespace VerticalFL.Agent.Reports;

/// <summary>What one of a study's several keys matched.</summary>
/// <param name="Columns">The key's columns, as the study names them.</param>
/// <param name="Sizes">Distinct identifiers that each party brought to the pass: its rows that have one under this key and that no key before has matched.</param>
/// <param name="Matched">Patients that all parties have in common by this key.</param>
/// <param name="Blank">Rows of the label party's table that lack a part of this key.</param>
/// <param name="Invalid">Rows of the label party's table in which a part of this key is not of its kind.</param>
/// <param name="Repeated">Rows of the label party's table that have another row's identifier under this key.</param>
public sealed record AlignmentPassReport(
    IReadOnlyList<string> Columns, IReadOnlyDictionary<string, int> Sizes, int Matched, int Blank, int Invalid, int Repeated);
