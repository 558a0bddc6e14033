using VerticalFL.Messages;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>Counts what leaves and arrives in one run, by peer and class of message: for the audit log and the report, never the content.</summary>
/// <param name="next">Is shown the messages too; null in every agent but those of tests.</param>
internal sealed class MessageLedger(IChannelObserver? next) : IChannelObserver
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<(PartyId Peer, MessageType Type, bool Sent), (long Count, long Bytes)> _counts = [];

    public long BytesSent
    {
        get
        {
            lock (_lock)
            {
                return _counts.Where(c => c.Key.Sent).Sum(c => c.Value.Bytes);
            }
        }
    }

    public long BytesReceived
    {
        get
        {
            lock (_lock)
            {
                return _counts.Where(c => !c.Key.Sent).Sum(c => c.Value.Bytes);
            }
        }
    }

    public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
    {
        Count((peer, type, true), message.Length);
        next?.OnSent(peer, type, message);
    }

    public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
    {
        Count((peer, type, false), message.Length);
        next?.OnReceived(peer, type, message);
    }

    public IReadOnlyList<(PartyId Peer, MessageType Type, bool Sent, long Count, long Bytes)> Rows()
    {
        lock (_lock)
        {
            return [.. _counts.Select(c => (c.Key.Peer, c.Key.Type, c.Key.Sent, c.Value.Count, c.Value.Bytes))];
        }
    }

    private void Count((PartyId, MessageType, bool) key, int bytes)
    {
        lock (_lock)
        {
            (long count, long sum) = _counts.GetValueOrDefault(key);
            _counts[key] = (count + 1, sum + bytes);
        }
    }
}
