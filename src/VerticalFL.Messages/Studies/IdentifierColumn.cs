namespace VerticalFL.Messages.Studies;

/// <summary>How an identifier is normalised before it is compared.</summary>
public enum IdentifierKind
{
    /// <summary>Unicode NFKC, trimmed, inner white space folded, upper case: free text and codes. The default.</summary>
    Text,

    /// <summary>Only the digits count, zeros at the front too: national numbers without a kind of their own.</summary>
    Digits,

    /// <summary>Letters and digits, upper case; zeros at the front of what is digits only do not count: medical record numbers.</summary>
    Mrn,

    /// <summary>An NHS number of England and Wales: 10 digits, the last of which checks the others.</summary>
    Nhs,

    /// <summary>A Swiss AHV number: 13 digits from 756, the last of which checks the others.</summary>
    Ahv,

    /// <summary>A social security number of the United States: 9 digits that can have been issued.</summary>
    Ssn,

    /// <summary>Letters only, without accents and punctuation: a part of a person's name.</summary>
    Name,

    /// <summary>A person's names in one column: as names, in whatever order they stand.</summary>
    FullName,

    /// <summary>A calendar date, written year first: 2026-11-21, 2026/11/21 or 20261121.</summary>
    Date,

    /// <summary>A calendar date, written day first, as 21.11.2026, 21/11/2026 or 21-11-2026, or year first.</summary>
    DateDayFirst,

    /// <summary>A calendar date, written month first, as 11/21/2026, 11.21.2026 or 11-21-2026, or year first.</summary>
    DateMonthFirst,
}

/// <summary>One column of a key that patients are matched by.</summary>
/// <param name="Column">The column's name in every party's data.</param>
/// <param name="Kind">How its values are normalised.</param>
public sealed record IdentifierColumn(string Column, IdentifierKind Kind);
