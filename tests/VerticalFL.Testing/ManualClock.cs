namespace VerticalFL.Testing;

/// <summary>A clock that stands still until it is told.</summary>
public sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    /// <summary>What the clock shows.</summary>
    public DateTimeOffset Now { get; set; } = start;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now;
}
