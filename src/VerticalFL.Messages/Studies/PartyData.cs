namespace VerticalFL.Messages.Studies;

/// <summary>What a column holds.</summary>
public enum ColumnKind
{
    /// <summary>A number; standardised.</summary>
    Number,

    /// <summary>One of a few values; one-hot coded with an "other" bin.</summary>
    Category,
}

/// <summary>The data that one party brings to a study.</summary>
public sealed record PartyData
{
    /// <summary>The dataset's name in the party's own configuration. Default: the study's name; never null in an expanded study.</summary>
    public string? Dataset { get; init; }

    /// <summary>Columns to use: names or patterns with <c>*</c>. Default: every column.</summary>
    public IReadOnlyList<string> Include { get; init; } = ["*"];

    /// <summary>Columns to drop: names or patterns with <c>*</c>. Default: none.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Kinds that are declared instead of inferred. Default: none.</summary>
    public IReadOnlyDictionary<string, ColumnKind> Kinds { get; init; } = new Dictionary<string, ColumnKind>();

    /// <summary>
    /// The party's own column for columns of the study's keys, and for a date the form in which the party writes it. Default: none, its columns are called as the
    /// study calls them.
    /// </summary>
    public IReadOnlyDictionary<string, PartyIdentifier> Identifiers { get; init; } = new Dictionary<string, PartyIdentifier>();

    /// <summary>
    /// With differential privacy only: the columns of numbers that are used, each with its range. Numbers are scaled by it and not by the data, whose
    /// statistics would tell of patients. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, ValueRange> Ranges { get; init; } = new Dictionary<string, ValueRange>();

    /// <summary>With differential privacy only: the columns of categories that are used, each with its levels. Default: none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Levels { get; init; } = new Dictionary<string, IReadOnlyList<string>>();
}
