namespace VerticalFL.Testing;

/// <summary>A clock that stands still until it is told. It can be set, as a machine's clock is, without time passing.</summary>
public sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private TimeSpan _passed;

    /// <summary>What the clock shows.</summary>
    public DateTimeOffset Now { get; set; } = start;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Now;

    /// <inheritdoc/>
    public override long GetTimestamp() => _passed.Ticks;

    /// <summary>Lets time pass, which the clock shows.</summary>
    public void Pass(TimeSpan time) => (Now, _passed) = (Now + time, _passed + time);
}
