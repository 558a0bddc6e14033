namespace VerticalFL.Data.Preprocessing;

/// <summary>What kind of outcome is predicted.</summary>
public enum OutcomeKind
{
    /// <summary>One of two outcomes.</summary>
    Binary,

    /// <summary>One of several classes.</summary>
    Multiclass,

    /// <summary>A number.</summary>
    Regression,

    /// <summary>A time to an event, possibly censored.</summary>
    Survival,
}

/// <summary>Where the outcome stands.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Label">The outcome's column (not for survival).</param>
/// <param name="Positive">The value that counts as positive (binary).</param>
/// <param name="Time">The follow-up time's column (survival).</param>
/// <param name="Event">The event's column, 1 or 0 (survival).</param>
public sealed record OutcomeColumns(
    OutcomeKind Kind, string Label = "label", string Positive = "1", string Time = "time", string Event = "event");

/// <summary>The outcomes of some rows.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Values">One a row: 1 for positive and 0 otherwise, the class's index, the number, or the follow-up time.</param>
/// <param name="Events">Survival: whether the event happened at that time; null for other kinds.</param>
/// <param name="Classes">The classes by index; binary: the other value, then the positive one. Empty for regression and survival.</param>
public sealed record Targets(OutcomeKind Kind, float[] Values, bool[]? Events, IReadOnlyList<string> Classes);
