using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// How long a run waits before its next attempt: not at all after the first that is over, then 1, 2, 4 ... 30 seconds while attempts are
/// short, so that a fault that stays does not make every party read its table over and over. A process that was restarted has waited for its
/// starter already, so that cause waits 2 seconds at most.
/// </summary>
/// <param name="began">When the present attempt began.</param>
internal sealed class AttemptPause(DateTimeOffset began)
{
    /// <summary>An attempt that lasted so long was none of a fault that stays: the pauses begin anew.</summary>
    public static readonly TimeSpan Lasting = TimeSpan.FromMinutes(1);

    private const double LongestSeconds = 30;
    private const double LongestAfterRestartSeconds = 2;
    private DateTimeOffset _began = began;
    private int _short;

    /// <summary>When the next attempt may begin.</summary>
    public DateTimeOffset Until { get; private set; } = began;

    /// <summary>How long the pause is.</summary>
    public TimeSpan Length { get; private set; }

    /// <summary>An attempt begins.</summary>
    public void Begin(DateTimeOffset now) => _began = now;

    /// <summary>The attempt is over.</summary>
    public void Over(AttemptCause cause, DateTimeOffset now)
    {
        _short = now - _began >= Lasting ? 1 : _short + 1;
        double longest = cause is AttemptCause.ProcessRestarted or AttemptCause.AgentStopped ? LongestAfterRestartSeconds : LongestSeconds;
        Length = TimeSpan.FromSeconds(_short == 1 ? 0 : Math.Min(longest, Math.Pow(2, Math.Min(_short - 2, 10))));
        Until = now + Length;
    }

    /// <summary>A person says that the cause is gone.</summary>
    public void Clear(DateTimeOffset now) => (_short, Length, Until) = (0, TimeSpan.Zero, now);
}
