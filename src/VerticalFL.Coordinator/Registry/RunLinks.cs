using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport;

namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// Which links of a run are missing, as each party tells it, and which were: for the console. It counts time that passes, whatever the machine's
/// clock shows. The registry holds its lock round every call.
/// </summary>
internal sealed class RunLinks(TimeProvider time, IEnumerable<LinkOutage> past)
{
    private const int MostPast = 20;
    private readonly SortedDictionary<(PartyId Party, PartyId Peer), Missing> _missing = [];
    private readonly List<LinkOutage> _past = [.. past.TakeLast(MostPast)];

    /// <summary>Links that were missing and no longer are, or whose attempt is over; the newest few, oldest first.</summary>
    public IReadOnlyList<LinkOutage> Past => _past;

    /// <summary>Notes what a party says of its link to a peer.</summary>
    public void Note(PartyId party, LinkReport report)
    {
        TimeSpan down = TimeSpan.FromMilliseconds(report.DownMilliseconds);
        if (report.IsUp)
        {
            _missing.Remove((party, report.Peer));
            Keep(new LinkOutage(report.Attempt, party, report.Peer, report.Fault, time.GetUtcNow() - down, down));
            return;
        }

        _missing[(party, report.Peer)] = new Missing(
            report.Attempt, report.Fault, down, time.GetTimestamp(), report.Tries, TimeSpan.FromMilliseconds(report.NextTryMilliseconds));
    }

    /// <summary>A party is away: what it said no longer counts. When it is back it says it again.</summary>
    public void Forget(PartyId party)
    {
        foreach ((PartyId, PartyId) key in _missing.Keys.Where(k => k.Party == party).ToArray())
        {
            _missing.Remove(key);
        }
    }

    /// <summary>The attempt is over: so is every link of it.</summary>
    public void EndAttempt()
    {
        foreach (((PartyId party, PartyId peer), Missing missing) in _missing)
        {
            TimeSpan down = missing.Down + time.GetElapsedTime(missing.At);
            Keep(new LinkOutage(missing.Attempt, party, peer, missing.Fault, time.GetUtcNow() - down, down));
        }

        _missing.Clear();
    }

    public IReadOnlyList<LinkView> View() =>
    [
        .. _missing.Select(m => (m.Key, m.Value, Since: time.GetElapsedTime(m.Value.At))).Select(m => new LinkView(
            m.Key.Party.Value,
            m.Key.Peer.Value,
            m.Value.Fault,
            Seconds(m.Value.Down + m.Since),
            m.Value.Tries,
            m.Value.Tries > LinkNotice.QuickTries,
            Seconds(m.Value.NextTry > m.Since ? m.Value.NextTry - m.Since : TimeSpan.Zero))),
    ];

    public IReadOnlyList<LinkOutageView> ViewPast() =>
        [.. _past.Select(o => new LinkOutageView(o.Attempt, o.Party.Value, o.Peer.Value, o.Fault, o.Began, Seconds(o.Down)))];

    private static double Seconds(TimeSpan span) => Math.Round(span.TotalSeconds, 1);

    private void Keep(LinkOutage outage)
    {
        _past.Add(outage);
        if (_past.Count > MostPast)
        {
            _past.RemoveAt(0);
        }
    }

    private sealed record Missing(int Attempt, LinkFault Fault, TimeSpan Down, long At, int Tries, TimeSpan NextTry);
}
