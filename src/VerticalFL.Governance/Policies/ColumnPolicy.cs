namespace VerticalFL.Governance.Policies;

/// <summary>Which of this party's columns a study may use. Patterns match whole names, letter case aside; <c>*</c> stands for any characters.</summary>
public sealed record ColumnPolicy
{
    /// <summary>Columns that may be used. Default: every column.</summary>
    public IReadOnlyList<string> Allowed { get; init; } = ["*"];

    /// <summary>Columns that may not be used, also when they are allowed above. Default: none.</summary>
    public IReadOnlyList<string> Denied { get; init; } = [];

    /// <summary>Whether a study may use the column.</summary>
    public bool Permits(string column) => Pattern.MatchesAny(Allowed, column) && !Pattern.MatchesAny(Denied, column);
}
