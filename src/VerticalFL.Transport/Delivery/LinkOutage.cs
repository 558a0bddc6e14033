using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// The time for which a channel has no link, told to whoever wants to show it. A first link that comes up at the first try is none. It counts
/// time that passes, whatever the machine's clock shows. Used by the session's one loop.
/// </summary>
internal sealed class LinkOutage(PartyId peer, IProgress<LinkNotice>? listener, TimeProvider time)
{
    private readonly Dictionary<LinkFault, TimeSpan> _held = [];
    private long _since = time.GetTimestamp();
    private long _faultSince;
    private int _tries;
    private bool _told;

    /// <summary>The last reason.</summary>
    public LinkFault Fault { get; private set; } = LinkFault.TimedOut;

    /// <summary>The link broke.</summary>
    public void Begin(LinkFault fault)
    {
        _since = time.GetTimestamp();
        Tell(fault, 0, TimeSpan.Zero);
    }

    /// <summary>It was dialled in vain.</summary>
    public void Tried(LinkFault fault, int tries, TimeSpan nextTry) => Tell(fault, tries, nextTry);

    /// <summary>It is being dialled, and something keeps it from being tried.</summary>
    public void Waits(LinkFault fault) => Tell(fault, _tries, TimeSpan.Zero);

    /// <summary>It is up. Of several reasons the one counts that held longest: the last may be that the peer was a moment late.</summary>
    public void End()
    {
        if (!_told)
        {
            return;
        }

        Hold();
        listener?.Report(new LinkNotice(peer, true, _held.MaxBy(h => h.Value).Key, time.GetElapsedTime(_since), 0, TimeSpan.Zero));
        _held.Clear();
        (_tries, _told) = (0, false);
    }

    private void Tell(LinkFault fault, int tries, TimeSpan nextTry)
    {
        if (_told)
        {
            Hold();
        }

        (Fault, _tries, _faultSince, _told) = (fault, tries, time.GetTimestamp(), true);
        listener?.Report(new LinkNotice(peer, false, fault, time.GetElapsedTime(_since), tries, nextTry));
    }

    private void Hold() => _held[Fault] = _held.GetValueOrDefault(Fault) + time.GetElapsedTime(_faultSince);
}
