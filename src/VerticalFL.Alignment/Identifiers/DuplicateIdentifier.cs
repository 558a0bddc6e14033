namespace VerticalFL.Alignment.Identifiers;

/// <summary>
/// One identifier that stands in more than one row. All these rows are left out of the set: which of them is meant nobody can tell.
/// </summary>
/// <param name="Rows">The row numbers, from 0, ascending; at least two.</param>
public sealed record DuplicateIdentifier(IReadOnlyList<int> Rows);
