namespace VerticalFL.Agent.Runs;

/// <summary>The lines in which one column of a key holds what is not of its kind.</summary>
/// <param name="Column">The column.</param>
/// <param name="Form">What it should hold, in a clause.</param>
/// <param name="Lines">The lines of the file, ascending.</param>
public sealed record InvalidKeyRows(string Column, string Form, IReadOnlyList<int> Lines);
