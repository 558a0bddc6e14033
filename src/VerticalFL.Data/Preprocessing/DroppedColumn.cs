using VerticalFL.Data.Schema;

namespace VerticalFL.Data.Preprocessing;

/// <summary>Why a column is no feature.</summary>
public enum DropReason
{
    /// <summary>The study needs it for something else: identifier, outcome or split.</summary>
    Reserved,

    /// <summary>The study does not include it.</summary>
    NotIncluded,

    /// <summary>The study excludes it.</summary>
    Excluded,

    /// <summary>It looks like a direct identifier by its name, or is declared one.</summary>
    Identifier,

    /// <summary>Its texts nearly all differ.</summary>
    FreeText,

    /// <summary>All training rows have the same value.</summary>
    Constant,

    /// <summary>No training row has a value.</summary>
    AllMissing,
}

/// <summary>A column that is no feature.</summary>
/// <param name="Name">The column.</param>
/// <param name="Reason">Why.</param>
/// <param name="Kind">Which kind of identifier it looks like; null for other reasons.</param>
public sealed record DroppedColumn(string Name, DropReason Reason, SafeHarborKind? Kind = null);
