namespace VerticalFL.Training.Split;

/// <summary>
/// Times the first steps of a training. They are real steps: nothing is computed or sent for the forecast alone, so that no mask, noise or dropout is used
/// for it and no bit of the result depends on it.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class ForecastClock(TimeProvider time)
{
    /// <summary>The fewest steps, and the least time, before a forecast; the first half only warms up processor, caches and connections.</summary>
    private const int FewestSteps = 30;

    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(500);
    private readonly List<double> _seconds = [];
    private long _began;
    private double _total;
    private bool _over;

    /// <summary>Steps by which the time is taken.</summary>
    public int TimedSteps => _seconds.Count - (_seconds.Count / 2);

    /// <summary>Seconds of a step: the mean, for what interrupts steps now, such as other work of the machine, will do so later.</summary>
    public double SecondsPerStep => _seconds.Skip(_seconds.Count / 2).Average();

    /// <summary>A step begins.</summary>
    public void Begin() => _began = time.GetTimestamp();

    /// <summary>The step is over; true once, when enough are.</summary>
    public bool End()
    {
        if (_over)
        {
            return false;
        }

        double seconds = time.GetElapsedTime(_began).TotalSeconds;
        _seconds.Add(seconds);
        _total += seconds;
        return _over = _seconds.Count >= FewestSteps && _total >= Shortest.TotalSeconds;
    }
}
