namespace VerticalFL.Data.Schema;

/// <summary>What a column of a table holds. Made for its owner's eyes: it shows smallest and largest values.</summary>
public sealed record ColumnProfile
{
    /// <summary>The column's name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is taken for.</summary>
    public required ColumnKind Kind { get; init; }

    /// <summary>How its values are coded if it is used: number or category. Differs from <see cref="Kind"/> for identifiers only.</summary>
    public required ColumnKind ValueKind { get; init; }

    /// <summary>Whether the kind was declared; otherwise it was inferred.</summary>
    public bool IsDeclared { get; init; }

    /// <summary>How many rows there are.</summary>
    public required int Rows { get; init; }

    /// <summary>How many cells are missing.</summary>
    public required int Missing { get; init; }

    /// <summary>How many different texts there are, missing ones not counted.</summary>
    public required int Distinct { get; init; }

    /// <summary>The smallest number; null when the values are no numbers.</summary>
    public double? Minimum { get; init; }

    /// <summary>The largest number; null when the values are no numbers.</summary>
    public double? Maximum { get; init; }

    /// <summary>Whether the column says nothing: all cells equal and none missing, or all missing.</summary>
    public bool IsConstant => Missing == Rows || (Distinct == 1 && Missing == 0);

    /// <summary>Whether these are texts that nearly all differ, so that one-hot coding would single patients out.</summary>
    public bool IsFreeText { get; init; }

    /// <summary>Whether it looks like a direct identifier; null when it does not.</summary>
    public IdentifierFinding? Identifier { get; init; }

    /// <summary>Why the column cannot be used as it is, with lines and the remedy; null when it can.</summary>
    public DataException? Problem { get; init; }
}
