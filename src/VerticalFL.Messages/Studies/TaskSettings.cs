namespace VerticalFL.Messages.Studies;

/// <summary>What kind of outcome is predicted.</summary>
public enum TaskKind
{
    /// <summary>One of two outcomes.</summary>
    Binary,

    /// <summary>One of several classes.</summary>
    Multiclass,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>A time to an event, possibly censored (Cox).</summary>
    Survival,
}

/// <summary>What is predicted, and which rows test it. The columns are the label party's.</summary>
public sealed record TaskSettings
{
    /// <summary>The kind of outcome.</summary>
    public required TaskKind Kind { get; init; }

    /// <summary>The outcome's column (not for survival). Default: <c>label</c>.</summary>
    public string Label { get; init; } = "label";

    /// <summary>The outcome's value that counts as positive (binary). Default: <c>1</c>.</summary>
    public string Positive { get; init; } = "1";

    /// <summary>The follow-up time's column (survival). Default: <c>time</c>.</summary>
    public string Time { get; init; } = "time";

    /// <summary>The event's column, 1 for an event and 0 for censored (survival). Default: <c>event</c>.</summary>
    public string Event { get; init; } = "event";

    /// <summary>
    /// The column that says <c>train</c> or <c>test</c>; used when it is there, other values are aligned but not used. Default: <c>split</c>.
    /// </summary>
    public string Split { get; init; } = "split";

    /// <summary>The share of common patients that test, drawn by the seed, when there is no split column. Default: 0.3.</summary>
    public double TestFraction { get; init; } = 0.3;
}
