using System.Buffers;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// The sending half of a channel's memory: every frame from when it is appended until the peer has acknowledged it, so that a
/// new link can replay identical bytes. Its capacity is the flow-control window. Thread-safe.
/// </summary>
internal sealed class Outbox(PartyId peer, int capacity, AsyncSignal wake)
{
    // Keys and random contributions travel in short messages; their bytes do not go back to the pool.
    private const int LargestCleared = 4096;

    // A larger array would sit in the pool long after the one large message that needed it.
    private const int LargestPooled = 4 * 1024 * 1024;

    private readonly Lock _gate = new();
    private Entry[] _ring = new Entry[64];

    // Sequence numbers: _first..(_next-1) are held, _cursor is the next to go onto the current link. _first <= _cursor <= _next.
    private long _first = 1;
    private long _next = 1;
    private long _cursor = 1;
    private long _held;
    private long _inFlight;
    private bool _writing;
    private bool _acknowledgedEarly;
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

    /// <summary>Appends a message chunk by chunk, as there is room.</summary>
    /// <param name="message">The message; its array must not change any more, and goes back to the shared pool once all is acknowledged.</param>
    /// <param name="cancellationToken">Ends the wait for room. Half a message cannot be called back: the outbox is then abandoned.</param>
    public async ValueTask AppendAsync(ArraySegment<byte> message, CancellationToken cancellationToken)
    {
        int offset = 0;
        while (TryAppend(message, ref offset) is { } room)
        {
            try
            {
                await room.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (offset > 0)
            {
                // Half a message is on its way: the peer is told, and the channel ends.
                Abandon("a send was cancelled in the middle of a message");
                throw;
            }
        }
    }

    /// <summary>Whether there are frames that the current link has not carried.</summary>
    public bool HasUnsent
    {
        get
        {
            lock (_gate)
            {
                return _cursor < _next;
            }
        }
    }

    /// <summary>Writes as many unsent frames as fit into the buffer and into the peer's window.</summary>
    /// <param name="buffer">Takes the frames.</param>
    /// <param name="peerWindow">What the peer takes unacknowledged, in cost units.</param>
    /// <param name="largestCopied">Of a frame with a larger chunk only the head is written, as the last.</param>
    /// <param name="chunk">That chunk, or nothing. It stays as it is until <see cref="Sent"/>, which must follow when it is on the link.</param>
    /// <returns>How many bytes were written.</returns>
    public int Fill(Span<byte> buffer, long peerWindow, int largestCopied, out ReadOnlyMemory<byte> chunk)
    {
        int written = 0;
        chunk = default;
        lock (_gate)
        {
            while (_cursor < _next)
            {
                Entry entry = _ring[_cursor & (_ring.Length - 1)];
                int cost = FrameFormat.Cost(entry.Payload.Count);
                if (_inFlight + cost > peerWindow || FrameFormat.DataFrameSize(entry.Payload.Count > largestCopied ? 0 : entry.Payload.Count, entry.Total >= 0) > buffer.Length - written)
                {
                    break;
                }

                if (entry.Payload.Count > largestCopied)
                {
                    chunk = entry.Payload;
                    _writing = true;
                    return written + FrameFormat.WriteDataHead(buffer[written..], _cursor, entry.Total, entry.Payload.Count);
                }

                written += FrameFormat.WriteData(buffer[written..], _cursor, entry.Total, entry.Payload);
                _inFlight += cost;
                _cursor++;
            }
        }

        return written;
    }

    /// <summary>The chunk that <see cref="Fill"/> gave out is on the link.</summary>
    /// <returns>Whether it was its message's last.</returns>
    public bool Sent()
    {
        bool acknowledged;
        bool last;
        lock (_gate)
        {
            if (!_writing)
            {
                // The channel has ended meanwhile.
                return false;
            }

            Entry entry = _ring[_cursor & (_ring.Length - 1)];
            last = entry.IsLast;
            _inFlight += FrameFormat.Cost(entry.Payload.Count);
            _cursor++;
            acknowledged = _acknowledgedEarly;
            _writing = _acknowledgedEarly = false;
        }

        if (acknowledged)
        {
            Acknowledge(_cursor - 1);
        }

        return last;
    }

    /// <summary>Forgets everything up to a sequence number.</summary>
    /// <exception cref="PeerProtocolException">The number was never sent.</exception>
    public void Acknowledge(long sequence)
    {
        TaskCompletionSource? space;
        lock (_gate)
        {
            if (_writing && sequence == _cursor)
            {
                // The peer has it all before this side's write has returned; the chunk may be freed only then.
                _acknowledgedEarly = true;
                sequence--;
            }

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
                if (entry is { IsLast: true, Payload.Array: { Length: <= LargestPooled } array })
                {
                    // Every chunk is on a link and acknowledged: nobody reads the array any more.
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
            _writing = _acknowledgedEarly = false;
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
            _writing = _acknowledgedEarly = false;
            space = _space;
            _space = null;
        }

        space?.SetResult();
    }

    /// <summary>Appends as many chunks as there is room for.</summary>
    /// <returns>Null when that was all, else what is done when there may be room again.</returns>
    private Task? TryAppend(ArraySegment<byte> message, ref int offset)
    {
        int start = offset;
        Task? room = null;
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

            while (offset < message.Count)
            {
                int size = Math.Min(FrameFormat.ChunkSize, message.Count - offset);
                if (_held + FrameFormat.Cost(size) > capacity)
                {
                    _space ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    room = _space.Task;
                    break;
                }

                Grow();
                _ring[_next & (_ring.Length - 1)] = new Entry(message.Slice(offset, size), offset == 0 ? message.Count : -1, offset + size == message.Count);
                _next++;
                _held += FrameFormat.Cost(size);
                offset += size;
            }
        }

        if (offset > start)
        {
            wake.Set();
        }

        return room;
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
