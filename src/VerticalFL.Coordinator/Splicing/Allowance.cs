using VerticalFL.Messages;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>
/// How often each party may do something: so many times at once, and as many again in each period, evenly. It keeps one number for each party that
/// has a certificate, and no more. Thread-safe.
/// </summary>
internal sealed class Allowance(int times, TimeSpan period, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<PartyId, Level> _levels = [];

    /// <summary>Takes one; false when the party has none left, which costs it nothing.</summary>
    public bool TryTake(PartyId party)
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            double left = times;
            if (_levels.TryGetValue(party, out Level last))
            {
                left = Math.Min(times, last.Left + (times * (time.GetElapsedTime(last.At, now) / period)));
            }

            _levels[party] = new Level(left >= 1 ? left - 1 : left, now);
            return left >= 1;
        }
    }

    private readonly record struct Level(double Left, long At);
}
