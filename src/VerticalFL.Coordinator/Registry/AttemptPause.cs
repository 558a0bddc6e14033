using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// How long a run waits before its next attempt: not at all after the first that is over, then 1, 2, 4 ... 30 seconds while attempts are
/// short, so that a fault that stays does not make every party read its table over and over. After a process that was killed or stopped it waits
/// no longer than until that is back: whatever starts it has paused already. It counts time that passes, whatever the machine's clock shows.
/// </summary>
internal sealed class AttemptPause
{
    /// <summary>An attempt that lasted so long was none of a fault that stays: the pauses begin anew.</summary>
    public static readonly TimeSpan Lasting = TimeSpan.FromMinutes(1);

    private const double LongestSeconds = 30;
    private long? _began;
    private long _over;
    private int _short;

    /// <summary>How long the pause is.</summary>
    public TimeSpan Length { get; private set; }

    /// <summary>How much of it is left; zero when the next attempt may begin.</summary>
    public TimeSpan Left(TimeProvider time) => Length - time.GetElapsedTime(_over) is var left && Length > TimeSpan.Zero && left > TimeSpan.Zero ? left : TimeSpan.Zero;

    /// <summary>An attempt begins.</summary>
    public void Begin(TimeProvider time) => (_began, Length) = (time.GetTimestamp(), TimeSpan.Zero);

    /// <summary>The attempt is over.</summary>
    public void Over(AttemptCause cause, TimeProvider time)
    {
        bool restarted = cause is AttemptCause.ProcessRestarted or AttemptCause.AgentStopped;
        _over = time.GetTimestamp();
        _short = _began is { } began && time.GetElapsedTime(began) >= Lasting ? 0 : _short;
        Length = TimeSpan.FromSeconds(restarted || _short == 0 ? 0 : Math.Min(LongestSeconds, Math.Pow(2, Math.Min(_short - 1, 10))));
        _short += restarted ? 0 : 1;
    }

    /// <summary>A person says that the cause is gone.</summary>
    public void Clear() => (_short, Length) = (0, TimeSpan.Zero);
}
