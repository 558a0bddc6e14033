namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// How long a run has taken. It counts time that passes, whatever the machine's clock shows; only the time for which the coordinator was not running
/// is taken from that clock, and a clock that was set back meanwhile counts as none.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="before">What was counted before.</param>
internal sealed class RunClock(TimeProvider time, TimeSpan before)
{
    private readonly long _since = time.GetTimestamp();
    private TimeSpan? _stopped;

    /// <summary>So far.</summary>
    public TimeSpan Elapsed => _stopped ?? before + time.GetElapsedTime(_since);

    /// <summary>A run that was written down goes on.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="elapsed">What was counted until then.</param>
    /// <param name="savedAt">When it was written down.</param>
    public static RunClock Resume(TimeProvider time, TimeSpan elapsed, DateTimeOffset savedAt) =>
        new(time, elapsed + (time.GetUtcNow() - savedAt is var away && away > TimeSpan.Zero ? away : TimeSpan.Zero));

    /// <summary>A run that has ended.</summary>
    public static RunClock Stopped(TimeProvider time, TimeSpan elapsed) => new(time, elapsed) { _stopped = elapsed };

    /// <summary>The run has ended; only the first time counts.</summary>
    public void Stop() => _stopped ??= Elapsed;
}
