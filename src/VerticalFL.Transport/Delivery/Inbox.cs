using System.Runtime.CompilerServices;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// The receiving half of a channel's memory: checks sequence numbers, puts chunks together, holds whole messages until they are read.
/// A slow reader withholds acknowledgements, so that at most two windows and one message are ever held. Messages of some types lie apart, with a
/// reader of their own, so that neither reader waits for the other. Thread-safe.
/// </summary>
internal sealed class Inbox(PartyId peer, int window, Func<MessageType, int> limitOf, IReadOnlySet<MessageType> apart, AsyncSignal wake)
{
    // A message is allocated at once up to this size; a larger one grows with what has really arrived.
    private const int FirstAllocation = 4 * 1024 * 1024;

    // Memory that came back and waits for a message: so many arrays, none of them larger than FirstAllocation.
    private const int MostSpare = 4;

    private readonly Lock _gate = new();
    private readonly Shelf _conversation = new();
    private readonly Shelf _apart = new();
    private readonly List<byte[]> _spare = new(MostSpare);
    private long _received;
    private long _acknowledged;
    private long _unacknowledgedCost;
    private long _unreadBytes;
    private bool _ackDue;
    private ChannelEnd? _end;

    // The message in hand and the chunk that is arriving; only the receive loop touches them. A chunk counts when it is whole: one that a cut
    // has torn comes again and is written over.
    private byte[]? _message;
    private int _filled;
    private int _total;
    private Shelf? _shelf;
    private Chunk _chunk;

    /// <summary>The highest sequence number that has arrived in order.</summary>
    public long Received
    {
        get
        {
            lock (_gate)
            {
                return _received;
            }
        }
    }

    /// <summary>A data frame begins.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="totalWhenFirst">The message's length when it is a message's first chunk, otherwise -1.</param>
    /// <param name="size">The size of its chunk.</param>
    /// <param name="start">The chunk's first bytes, at least the head of a message when it is a first chunk.</param>
    /// <returns>Where the rest of the chunk belongs; null when this side has the frame already and it is to be skipped.</returns>
    /// <exception cref="PeerProtocolException">The frame breaks a rule.</exception>
    public Memory<byte>? Begin(long sequence, int totalWhenFirst, int size, ReadOnlySpan<byte> start)
    {
        lock (_gate)
        {
            if (sequence >= 1 && sequence <= _received)
            {
                return null;
            }

            if (sequence != _received + 1)
            {
                throw Broken($"Frame {sequence} came where {_received + 1} was due.");
            }

            if (_unacknowledgedCost + FrameFormat.Cost(size) > window)
            {
                throw Broken("It sent more than the window allows.");
            }
        }

        _chunk = totalWhenFirst >= 0 ? First(totalWhenFirst, size, start) : Next(size);
        Memory<byte> place = _chunk.Message.AsMemory(_chunk.Offset, size);
        start.CopyTo(place.Span);
        return place[start.Length..];
    }

    /// <summary>The frame that began is whole.</summary>
    /// <returns>Whether an acknowledgement should leave now rather than soon.</returns>
    public bool Commit()
    {
        (_message, _total, _filled, _shelf) = (_chunk.Message, _chunk.Total, _chunk.Offset + _chunk.Size, _chunk.Shelf);
        ArraySegment<byte> whole = _filled == _total ? new(_message, 0, _total) : default;
        bool ackNow;
        lock (_gate)
        {
            _received++;
            _unacknowledgedCost += FrameFormat.Cost(_chunk.Size);
            ackNow = _unacknowledgedCost >= window / 4;
            if (whole.Count > 0)
            {
                _unreadBytes += FrameFormat.Cost(whole.Count);
                _shelf.Messages.Enqueue(whole);
            }
        }

        if (whole.Count > 0)
        {
            _message = null;
            _shelf.Arrived.Set();
        }

        return ackNow;
    }

    /// <summary>Makes an acknowledgement due; it leaves when the reader is not behind.</summary>
    public void DemandAck()
    {
        lock (_gate)
        {
            _ackDue = true;
        }
    }

    /// <summary>A new link begins: an acknowledgement that left on the old one may not have arrived, so it is due again.</summary>
    public void RepeatAck()
    {
        lock (_gate)
        {
            _acknowledged = 0;
            _ackDue = true;
        }
    }

    /// <summary>The number to acknowledge now, or 0.</summary>
    /// <param name="withData">Data leaves anyway, so that the number may ride along.</param>
    public long TakeAck(bool withData)
    {
        lock (_gate)
        {
            if (!(_ackDue || withData) || _acknowledged == _received || _unreadBytes > window)
            {
                return 0;
            }

            _ackDue = false;
            _acknowledged = _received;
            _unacknowledgedCost = 0;
            return _acknowledged;
        }
    }

    /// <summary>The next whole message of the conversation, in order. Its memory is the caller's; who needs it no more may give it back.</summary>
    public ValueTask<ArraySegment<byte>> ReceiveAsync(CancellationToken cancellationToken) => ReceiveAsync(_conversation, cancellationToken);

    /// <summary>The next whole message of those that lie apart, in their order.</summary>
    public ValueTask<ArraySegment<byte>> ReceiveApartAsync(CancellationToken cancellationToken) => ReceiveAsync(_apart, cancellationToken);

    /// <summary>Takes the memory of a message back, for a message to come. Nobody may look at it any more.</summary>
    public void TakeBack(byte[] memory)
    {
        lock (_gate)
        {
            if (memory.Length <= FirstAllocation && _spare.Count < MostSpare && _end is null)
            {
                _spare.Add(memory);
            }
        }
    }

    /// <summary>No more will come; what has arrived can still be read.</summary>
    public void Complete(ChannelEnd end)
    {
        lock (_gate)
        {
            _end ??= end;
            _spare.Clear();
        }

        _conversation.Arrived.Set();
        _apart.Arrived.Set();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ArraySegment<byte>> ReceiveAsync(Shelf shelf, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = shelf.Arrived.SetWhenCancelled(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake(shelf) is { } message)
            {
                return message;
            }

            await shelf.Arrived.WaitAsync();
        }
    }

    private ArraySegment<byte>? TryTake(Shelf shelf)
    {
        lock (_gate)
        {
            if (!shelf.Messages.TryDequeue(out ArraySegment<byte> message))
            {
                return _end is null ? null : throw _end.ToException();
            }

            bool wasBehind = _unreadBytes > window;
            _unreadBytes -= FrameFormat.Cost(message.Count);
            if (wasBehind && _unreadBytes <= window)
            {
                _ackDue = true;
                wake.Set();
            }

            return message;
        }
    }

    private Chunk First(int total, int size, ReadOnlySpan<byte> start)
    {
        if (_message is not null)
        {
            throw Broken("A message began inside another.");
        }

        if (total < 1 || total > FrameFormat.MaxMessageBytes || size != Math.Min(total, FrameFormat.ChunkSize))
        {
            throw Broken($"A message of {(uint)total} bytes began with {size}.");
        }

        MessageType type;
        try
        {
            type = MessageCodec.PeekType(start);
        }
        catch (MessageFormatException e)
        {
            throw Broken(e.Message, e);
        }

        if (total > limitOf(type))
        {
            throw Broken($"{type} has {total} bytes; its limit is {limitOf(type)}.");
        }

        return new Chunk(Memory(Math.Min(total, FirstAllocation)), total, 0, size, apart.Contains(type) ? _apart : _conversation);
    }

    /// <summary>Memory that came back if some fits and is not wasted on a small message, otherwise new memory.</summary>
    private byte[] Memory(int size)
    {
        lock (_gate)
        {
            int at = _spare.FindIndex(m => m.Length >= size && m.Length / 2 <= size);
            if (at >= 0)
            {
                byte[] memory = _spare[at];
                _spare.RemoveAt(at);
                return memory;
            }

            if (_spare.Count == MostSpare)
            {
                // None fits the messages of these days: makes room for some that does.
                _spare.RemoveAt(0);
            }
        }

        return GC.AllocateUninitializedArray<byte>(size);
    }

    private Chunk Next(int size)
    {
        if (_message is null)
        {
            throw Broken("A chunk came outside a message.");
        }

        if (size != Math.Min(_total - _filled, FrameFormat.ChunkSize))
        {
            throw Broken($"A chunk of {size} bytes came where {Math.Min(_total - _filled, FrameFormat.ChunkSize)} were due.");
        }

        if (_filled + size > _message.Length)
        {
            // Doubling from FirstAllocation: at most twice what the peer has really sent, and every byte is copied at most twice in all.
            byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(_total, 2L * _message.Length));
            _message.AsSpan(0, _filled).CopyTo(larger);
            _message = larger;
        }

        return new Chunk(_message, _total, _filled, size, _shelf!);
    }

    private PeerProtocolException Broken(string problem, Exception? inner = null) => new(peer, "receive frame", problem, inner);

    private readonly record struct Chunk(byte[] Message, int Total, int Offset, int Size, Shelf Shelf);

    /// <summary>Whole messages that wait for one reader.</summary>
    private sealed class Shelf
    {
        public Queue<ArraySegment<byte>> Messages { get; } = new();

        public AsyncSignal Arrived { get; } = new();
    }
}
