namespace VerticalFL.Transport.Links;

/// <summary>
/// Keeps what strangers do from flooding a log: the first of its kind is told, those that follow are counted, and every minute their number is told
/// until a minute brings none.
/// </summary>
public sealed class Tally : IDisposable
{
    /// <summary>How often a number is told.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Action<int> _tellMore;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private bool _counting;
    private int _more;

    /// <summary>Begins with nothing.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="tellMore">Is told how many more there were in an interval.</param>
    public Tally(TimeProvider time, Action<int> tellMore)
    {
        ArgumentNullException.ThrowIfNull(time);
        _tellMore = tellMore;
        _timer = time.CreateTimer(_ => OnInterval(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>It happened: true when it is to be told in full, false when it was counted.</summary>
    public bool IsFirst()
    {
        lock (_gate)
        {
            if (_counting)
            {
                _more++;
                return false;
            }

            _counting = true;
        }

        _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void OnInterval()
    {
        int more;
        lock (_gate)
        {
            (more, _more) = (_more, 0);
            _counting = more > 0;
        }

        if (more > 0)
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
            _tellMore(more);
        }
    }
}
