namespace VerticalFL.Data.Schema;

/// <summary>What a column holds.</summary>
public enum ColumnKind
{
    /// <summary>A number; imputed and standardised.</summary>
    Number,

    /// <summary>One of a few values; one-hot coded.</summary>
    Category,

    /// <summary>Something that singles a patient out, or free text; never a feature.</summary>
    Identifier,
}
