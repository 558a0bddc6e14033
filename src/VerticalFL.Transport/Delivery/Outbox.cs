using System.Buffers;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// The sending half of a channel's memory: every frame from when it is appended until the peer has acknowledged it, so that a
/// new link can replay identical bytes. Its capacity is the flow-control window. Thread-safe.
/// </summary>
internal sealed class Outbox(PartyId peer, int capacity, AsyncSignal wake)
{
    private const int LargestCleared = 4096;
    private readonly Lock _gate = new();
    private Entry[] _ring = new Entry[64];

    // Sequence numbers: _first..(_next-1) are held, _cursor is the next to go onto the current link. _first <= _cursor <= _next.
    private long _first = 1;
    private long _next = 1;
    private long _cursor = 1;
    private long _held;
    private long _inFlight;
    private bool _sealed;
    private ChannelEnd? _end;
    private TaskCompletionSource? _space;

    /// <summary>The highest sequence number that was given out.</summary>
    public long Last
    {
        get
        {
            lock (_gate)
            {
                return _next - 1;
            }
        }
    }

    /// <summary>Appends one chunk when there is room for it.</summary>
    /// <param name="totalWhenFirst">The message's length with its first chunk, otherwise -1.</param>
    /// <param name="payload">The chunk; must not change until it is acknowledged.</param>
    /// <param name="isLast">Whether it is the message's last, so that its array goes back to the pool with the acknowledgement.</param>
    /// <param name="cancellationToken">Ends the wait for room.</param>
    public async ValueTask AppendAsync(int totalWhenFirst, ArraySegment<byte> payload, bool isLast, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_end is not null)
                {
                    throw _end.ToException();
                }

                if (Abandoned is not null)
                {
                    throw new ChannelLostException(peer, Abandoned);
                }

                if (_sealed)
                {
                    throw new ChannelLostException(peer, "this side closed it");
                }

                int cost = FrameFormat.Cost(payload.Count);
                if (_held + cost <= capacity)
                {
                    Grow();
                    _ring[_next & (_ring.Length - 1)] = new Entry(payload, totalWhenFirst, isLast);
                    _next++;
                    _held += cost;
                    wake.Set();
                    return;
                }

                _space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                room = _space.Task;
            }

            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes as many unsent frames as fit into the buffer and into the peer's window.</summary>
    /// <returns>How many bytes were written.</returns>
    public int Fill(Span<byte> buffer, long peerWindow)
    {
        int written = 0;
        lock (_gate)
        {
            while (_cursor < _next)
            {
                Entry entry = _ring[_cursor & (_ring.Length - 1)];
                int cost = FrameFormat.Cost(entry.Payload.Count);
                if (_inFlight + cost > peerWindow || FrameFormat.DataFrameSize(entry.Payload.Count, entry.Total >= 0) > buffer.Length - written)
                {
                    break;
                }

                written += FrameFormat.WriteData(buffer[written..], _cursor, entry.Total, entry.Payload);
                _inFlight += cost;
                _cursor++;
            }
        }

        return written;
    }

    /// <summary>Forgets everything up to a sequence number.</summary>
    /// <exception cref="PeerProtocolException">The number was never sent.</exception>
    public void Acknowledge(long sequence)
    {
        TaskCompletionSource? space;
        lock (_gate)
        {
            if (sequence >= _cursor)
            {
                throw new PeerProtocolException(peer, "receive ack", $"Frame {sequence} is acknowledged but was not sent.");
            }

            if (sequence < _first)
            {
                return;
            }

            for (; _first <= sequence; _first++)
            {
                ref Entry entry = ref _ring[_first & (_ring.Length - 1)];
                int cost = FrameFormat.Cost(entry.Payload.Count);
                _held -= cost;
                _inFlight -= cost;
                if (entry.IsLast)
                {
                    // Messages are acknowledged in order, chunk by chunk, and frames are copied under the lock: nobody reads the array any more.
                    // Keys and random contributions travel in short messages, so those are cleared.
                    byte[] array = entry.Payload.Array!;
                    ArrayPool<byte>.Shared.Return(array, clearArray: array.Length <= LargestCleared);
                }

                entry = default;
            }

            space = _space;
            _space = null;
        }

        space?.SetResult();
        wake.Set();
    }

    /// <summary>Prepares a new link: the next frame to send is the one behind what the peer has received.</summary>
    /// <exception cref="PeerProtocolException">The peer claims a position that this side cannot resume from.</exception>
    public void ResumeBehind(long received)
    {
        lock (_gate)
        {
            if (received < _first - 1 || received >= _next)
            {
                throw new PeerProtocolException(
                    peer, "resume", $"It has received up to frame {received}; this side can resume behind {_first - 1} to {_next - 1}.");
            }

            _cursor = received + 1;
            _inFlight = 0;
            for (long s = _first; s < _cursor; s++)
            {
                _inFlight += FrameFormat.Cost(_ring[s & (_ring.Length - 1)].Payload.Count);
            }
        }
    }

    /// <summary>Takes no more messages.</summary>
    public void Seal()
    {
        TaskCompletionSource? space;
        lock (_gate)
        {
            _sealed = true;
            space = _space;
            _space = null;
        }

        space?.SetResult();
        wake.Set();
    }

    /// <summary>Why nothing more can be sent although the channel was not closed, or null.</summary>
    public string? Abandoned { get; private set; }

    /// <summary>Takes no more messages and will not finish the one in hand: the next thing for the peer is the reason.</summary>
    public void Abandon(string reason)
    {
        lock (_gate)
        {
            Abandoned ??= reason;
        }

        wake.Set();
    }

    /// <summary>Whether it is sealed and the current link carries everything.</summary>
    public bool IsSpent
    {
        get
        {
            lock (_gate)
            {
                return _sealed && _cursor == _next;
            }
        }
    }

    /// <summary>The channel is over: forgets everything and fails every caller.</summary>
    public void Fail(ChannelEnd end)
    {
        TaskCompletionSource? space;
        lock (_gate)
        {
            _end ??= end;
            _ring = new Entry[1];
            _first = _cursor = _next;
            _held = _inFlight = 0;
            space = _space;
            _space = null;
        }

        space?.SetResult();
    }

    private void Grow()
    {
        if (_next - _first < _ring.Length)
        {
            return;
        }

        var larger = new Entry[_ring.Length * 2];
        for (long s = _first; s < _next; s++)
        {
            larger[s & (larger.Length - 1)] = _ring[s & (_ring.Length - 1)];
        }

        _ring = larger;
    }

    private readonly record struct Entry(ArraySegment<byte> Payload, int Total, bool IsLast);
}
