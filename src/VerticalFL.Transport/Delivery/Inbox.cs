using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// The receiving half of a channel's memory: checks sequence numbers, puts chunks together, holds whole messages until they are read.
/// A slow reader withholds acknowledgements, so that at most two windows and one message are ever held. Thread-safe.
/// </summary>
internal sealed class Inbox(PartyId peer, int window, Func<MessageType, int> limitOf, AsyncSignal wake)
{
    // A message is allocated at once up to this size; a larger one grows with what has really arrived.
    private const int FirstAllocation = 4 * 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _messages = new();
    private readonly AsyncSignal _arrived = new();
    private long _received;
    private long _acknowledged;
    private long _unacknowledgedCost;
    private long _unreadBytes;
    private bool _ackDue;
    private ChannelEnd? _end;

    // The message in hand; only the receive loop touches it.
    private byte[]? _message;
    private int _filled;
    private int _total;

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

    /// <summary>Takes a data frame.</summary>
    /// <returns>Whether an acknowledgement should leave now rather than soon.</returns>
    /// <exception cref="PeerProtocolException">The frame breaks a rule.</exception>
    public bool Accept(Frame frame)
    {
        ReadOnlySpan<byte> body = frame.Body.Span;
        bool first = frame.Kind == FrameKind.DataFirst;
        int head = first ? 12 : 8;
        if (body.Length <= head)
        {
            throw Broken("A data frame holds no data.");
        }

        long sequence = BinaryPrimitives.ReadInt64BigEndian(body);
        lock (_gate)
        {
            if (sequence >= 1 && sequence <= _received)
            {
                return true;
            }

            if (sequence != _received + 1)
            {
                throw Broken($"Frame {sequence} came where {_received + 1} was due.");
            }

            if (_unacknowledgedCost + FrameFormat.Cost(body.Length - head) > window)
            {
                throw Broken("It sent more than the window allows.");
            }
        }

        ReadOnlySpan<byte> payload = body[head..];
        byte[]? whole = first ? Begin(BinaryPrimitives.ReadInt32BigEndian(body[8..]), payload) : Continue(payload);
        bool ackNow;
        lock (_gate)
        {
            _received = sequence;
            _unacknowledgedCost += FrameFormat.Cost(payload.Length);
            ackNow = _unacknowledgedCost >= window / 4;
            if (whole is not null)
            {
                _unreadBytes += FrameFormat.Cost(whole.Length);
                _messages.Enqueue(whole);
            }
        }

        if (whole is not null)
        {
            _arrived.Set();
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

    /// <summary>The next whole message, in order.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<byte[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration = _arrived.SetWhenCancelled(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake() is { } message)
            {
                return message;
            }

            await _arrived.WaitAsync();
        }
    }

    /// <summary>No more will come; what has arrived can still be read.</summary>
    public void Complete(ChannelEnd end)
    {
        lock (_gate)
        {
            _end ??= end;
        }

        _arrived.Set();
    }

    private byte[]? TryTake()
    {
        lock (_gate)
        {
            if (!_messages.TryDequeue(out byte[]? message))
            {
                return _end is null ? null : throw _end.ToException();
            }

            bool wasBehind = _unreadBytes > window;
            _unreadBytes -= FrameFormat.Cost(message.Length);
            if (wasBehind && _unreadBytes <= window)
            {
                _ackDue = true;
                wake.Set();
            }

            return message;
        }
    }

    private byte[]? Begin(int total, ReadOnlySpan<byte> payload)
    {
        if (_message is not null)
        {
            throw Broken("A message began inside another.");
        }

        if (total < 1 || total > FrameFormat.MaxMessageBytes || payload.Length != Math.Min(total, FrameFormat.ChunkSize))
        {
            throw Broken($"A message of {(uint)total} bytes began with {payload.Length}.");
        }

        MessageType type;
        try
        {
            type = MessageCodec.PeekType(payload);
        }
        catch (MessageFormatException e)
        {
            throw Broken(e.Message, e);
        }

        if (total > limitOf(type))
        {
            throw Broken($"{type} has {total} bytes; its limit is {limitOf(type)}.");
        }

        _message = GC.AllocateUninitializedArray<byte>(Math.Min(total, FirstAllocation));
        _total = total;
        _filled = 0;
        return Put(payload);
    }

    private byte[]? Continue(ReadOnlySpan<byte> payload)
    {
        if (_message is null)
        {
            throw Broken("A chunk came outside a message.");
        }

        if (payload.Length != Math.Min(_total - _filled, FrameFormat.ChunkSize))
        {
            throw Broken($"A chunk of {payload.Length} bytes came where {Math.Min(_total - _filled, FrameFormat.ChunkSize)} were due.");
        }

        return Put(payload);
    }

    private byte[]? Put(ReadOnlySpan<byte> payload)
    {
        if (_filled + payload.Length > _message!.Length)
        {
            // Doubling from FirstAllocation: at most twice what the peer has really sent, and every byte is copied at most twice in all.
            byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(_total, 2L * _message.Length));
            _message.AsSpan(0, _filled).CopyTo(larger);
            _message = larger;
        }

        payload.CopyTo(_message.AsSpan(_filled));
        _filled += payload.Length;
        if (_filled < _total)
        {
            return null;
        }

        byte[] whole = _message;
        _message = null;
        return whole;
    }

    private PeerProtocolException Broken(string problem, Exception? inner = null) => new(peer, "receive frame", problem, inner);
}
