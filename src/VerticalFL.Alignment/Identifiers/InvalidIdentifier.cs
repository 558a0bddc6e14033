namespace VerticalFL.Alignment.Identifiers;

/// <summary>A row that was left out because a value in it is not of its declared kind.</summary>
/// <param name="Row">The row, from 0.</param>
/// <param name="Column">Which column of the key holds the value, from 0.</param>
public readonly record struct InvalidIdentifier(int Row, int Column);
