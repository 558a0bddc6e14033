namespace VerticalFL.Messages.Studies;

/// <summary>How an identifier is normalised before it is compared.</summary>
public enum IdentifierKind
{
    /// <summary>Unicode NFKC, trimmed, inner white space folded, upper case: free text and codes. The default.</summary>
    Text,

    /// <summary>Only the digits count: medical record and national numbers.</summary>
    Digits,

    /// <summary>Letters only, without accents and punctuation: a person's name.</summary>
    Name,

    /// <summary>A calendar date, written as 2026-11-21, 2026/11/21 or 20261121.</summary>
    Date,
}

/// <summary>One column of the key that patients are matched by.</summary>
/// <param name="Column">The column's name in every party's data.</param>
/// <param name="Kind">How its values are normalised.</param>
public sealed record IdentifierColumn(string Column, IdentifierKind Kind);
