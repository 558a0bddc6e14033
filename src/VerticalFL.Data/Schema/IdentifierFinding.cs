namespace VerticalFL.Data.Schema;

/// <summary>What makes a column look like an identifier.</summary>
public enum IdentifierEvidence
{
    /// <summary>Its name: the column is dropped unless the study names it.</summary>
    Name,

    /// <summary>The shape of its values: a warning only.</summary>
    Shape,
}

/// <summary>A column that looks like a direct identifier.</summary>
/// <param name="Kind">Which of the 18 kinds.</param>
/// <param name="Evidence">What it is told by.</param>
public sealed record IdentifierFinding(SafeHarborKind Kind, IdentifierEvidence Evidence);
