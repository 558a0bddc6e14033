using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Links;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// One link's life after its hello: a receive loop and a send loop over one stream, until one of them ends. What has to outlive
/// the link lies in <see cref="Outbox"/> and <see cref="Inbox"/>.
/// </summary>
internal sealed class DeliveryConnection : IAsyncDisposable
{
    // Long enough to ride along with an answer, short enough for a sender that waits for room.
    // What is looked at to learn a message's type: its head, and as many bytes as it may have fields.
    private const int MessageHeadSize = 128;
    private const int DataHeadSize = 12 + MessageHeadSize;

    // A chunk beyond this size is written from where it lies; smaller ones are put together first.
    private const int LargestCopied = 4 * 1024;
    private static readonly TimeSpan AckDelay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LastWordTimeout = TimeSpan.FromSeconds(1);

    private readonly PartyId _peer;
    private readonly Stream _stream;
    private readonly FrameReader _reader;
    private readonly Outbox _outbox;
    private readonly Inbox _inbox;
    private readonly AsyncSignal _wake;
    private readonly long _peerWindow;
    private readonly ChannelOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cut = new();
    private readonly ITimer _ackTimer;
    private readonly ITimer _heartbeatTimer;
    private readonly byte[] _head = new byte[DataHeadSize];
    private byte[] _sink = [];
    private string? _silence;
    private volatile bool _heartbeatDue;
    private volatile bool _ackTimerRuns;
    private volatile bool _closedDue;
    private volatile bool _closeSent;
    private volatile string? _refusal;

    public DeliveryConnection(
        PartyId peer, Stream stream, FrameReader reader, Outbox outbox, Inbox inbox, AsyncSignal wake, long peerWindow, ChannelOptions options, TimeProvider time)
    {
        _peer = peer;
        _stream = stream;
        _reader = reader;
        _outbox = outbox;
        _inbox = inbox;
        _wake = wake;
        _peerWindow = peerWindow;
        _options = options;
        _time = time;
        _ackTimer = time.CreateTimer(_ => OnAckTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _heartbeatTimer = time.CreateTimer(_ => OnHeartbeatTimer(), null, options.HeartbeatInterval, options.HeartbeatInterval);
    }

    /// <summary>Whether the peer has closed the channel.</summary>
    public bool PeerClosed { get; private set; }

    /// <summary>Runs both loops until the link breaks or the channel is closed.</summary>
    /// <returns>Null when the channel was closed in order, by either side; otherwise what broke the link.</returns>
    /// <exception cref="PeerProtocolException">The peer broke the protocol; it has been told.</exception>
    /// <exception cref="LinkRefusedException">The peer refuses to go on.</exception>
    public async Task<Exception?> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cut.Token);
        Task receive = ReceiveAsync(stop.Token);
        Task send = SendAsync(stop.Token);
        await Task.WhenAny(receive, send);
        if (receive.Exception?.InnerException is PeerProtocolException broken)
        {
            _refusal = broken.Message;
            _wake.Set();
            await send.WaitAsync(LastWordTimeout, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (send.IsCompletedSuccessfully)
        {
            // A socket closed with unread bytes resets the connection and may destroy our last frame: read until the peer has gone.
            await receive.WaitAsync(LastWordTimeout, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await stop.CancelAsync();
        await Task.WhenAll(receive, send).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        Exception? problem = receive.Exception?.InnerException ?? send.Exception?.InnerException;
        return problem switch
        {
            PeerProtocolException or LinkRefusedException => throw problem,
            _ when _outbox.Abandoned is { } reason && send.IsCompletedSuccessfully => throw new LinkRefusedException(reason, LinkFault.PeerRefused, isFinal: true),
            _ when PeerClosed || (receive.IsCompletedSuccessfully && _closeSent) => null,
            _ when _silence is not null => new LinkProblemException(LinkFault.Silent, _silence),
            _ => problem ?? new LinkProblemException(LinkFault.Cut, "the link was cut"),
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _ackTimer.DisposeAsync();
        await _heartbeatTimer.DisposeAsync();
        await _stream.DisposeAsync();
        _cut.Dispose();
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            FrameHead head = await _reader.ReadHeadAsync(cancellationToken);
            if (head.Kind is FrameKind.DataFirst or FrameKind.DataNext && !PeerClosed)
            {
                await ReceiveDataAsync(head, cancellationToken);
                continue;
            }

            Frame frame = await _reader.ReadBodyAsync(head, cancellationToken);
            switch (frame.Kind)
            {
                case FrameKind.Ack:
                    _outbox.Acknowledge(FrameFormat.ReadNumber(_peer, frame.Body.Span));
                    break;
                case FrameKind.Heartbeat:
                    break;
                case FrameKind.Close when !PeerClosed:
                    PeerClosed = true;
                    _closedDue = true;
                    _wake.Set();
                    break;
                case FrameKind.Closed when _closeSent:
                    return;
                case FrameKind.Refusal:
                    throw new LinkRefusedException($"party '{_peer}' refused: {FrameFormat.ReadReason(frame.Body.Span)}", LinkFault.PeerRefused, isFinal: true);
                default:
                    throw new PeerProtocolException(_peer, "receive frame", $"A frame of kind {(int)frame.Kind} came where none may.");
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ReceiveDataAsync(FrameHead head, CancellationToken cancellationToken)
    {
        bool first = head.Kind == FrameKind.DataFirst;
        int numbers = first ? 12 : 8;
        int size = head.BodyLength - numbers;
        if (size <= 0)
        {
            throw new PeerProtocolException(_peer, "receive frame", "A data frame holds no data.");
        }

        // A message's type stands in its first bytes and decides how long it may be.
        int start = first ? Math.Min(size, MessageHeadSize) : 0;
        await _reader.ReadBodyAsync(_head.AsMemory(0, numbers + start), cancellationToken);
        long sequence = BinaryPrimitives.ReadInt64BigEndian(_head);
        int total = first ? BinaryPrimitives.ReadInt32BigEndian(_head.AsSpan(8)) : -1;
        if (first && total < 0)
        {
            throw new PeerProtocolException(_peer, "receive frame", $"A message of {(uint)total} bytes began with {size}.");
        }

        if (_inbox.Begin(sequence, total, size, _head.AsSpan(numbers, start)) is { } place)
        {
            await _reader.ReadBodyAsync(place, cancellationToken);
            Received(ackNow: _inbox.Commit());
        }
        else
        {
            // A duplicate: the peer has missed an acknowledgement.
            _sink = _sink.Length >= size ? _sink : new byte[FrameFormat.ChunkSize];
            await _reader.ReadBodyAsync(_sink.AsMemory(0, size - start), cancellationToken);
            Received(ackNow: true);
        }
    }

    private void Received(bool ackNow)
    {
        if (ackNow)
        {
            _inbox.DemandAck();
            _wake.Set();
        }
        else if (!_ackTimerRuns)
        {
            _ackTimerRuns = true;
            _ackTimer.Change(AckDelay, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(FrameFormat.MaxFrameSize);
        var writer = new RecordWriter(_stream);
        bool dirty = false;
        await using CancellationTokenRegistration registration = _wake.SetWhenCancelled(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int count, ReadOnlyMemory<byte> chunk, bool last) = Compose(buffer);
            if (count > 0)
            {
                await writer.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                dirty = true;
                if (!chunk.IsEmpty)
                {
                    await writer.WriteAsync(chunk, cancellationToken);
                    if (_outbox.Sent())
                    {
                        // A record can be read only when all of it is there: on a slow line a message would wait for the begin of the next.
                        await writer.FlushAsync(cancellationToken);
                        dirty = false;
                    }
                }
            }
            else if (dirty)
            {
                await writer.FlushAsync(cancellationToken);
                dirty = false;
            }
            else
            {
                await _wake.WaitAsync();
            }

            if (last)
            {
                await writer.FlushAsync(cancellationToken);
                return;
            }
        }
    }

    /// <summary>The next bytes for the link, and the chunk that follows them if it is not among them; last when nothing may follow.</summary>
    private (int Count, ReadOnlyMemory<byte> Chunk, bool IsLast) Compose(Span<byte> buffer)
    {
        if ((_refusal ?? _outbox.Abandoned) is { } refusal)
        {
            byte[] frame = FrameFormat.Refusal(refusal);
            frame.CopyTo(buffer);
            return (frame.Length, default, true);
        }

        if (_closedDue)
        {
            return (FrameFormat.WriteNumber(buffer, FrameKind.Closed, _inbox.Received), default, true);
        }

        // Between any two chunks: what the peer's flow control waits for comes first.
        int count = 0;
        if (_inbox.TakeAck(withData: _outbox.HasUnsent) is > 0 and long acknowledged)
        {
            count += FrameFormat.WriteNumber(buffer, FrameKind.Ack, acknowledged);
        }

        if (!_closeSent && _outbox.IsSpent)
        {
            _closeSent = true;
            count += FrameFormat.WriteBare(buffer[count..], FrameKind.Close);
        }

        count += _outbox.Fill(buffer[count..], _peerWindow, LargestCopied, out ReadOnlyMemory<byte> chunk);

        if (_heartbeatDue)
        {
            _heartbeatDue = false;
            if (count == 0)
            {
                count = FrameFormat.WriteBare(buffer, FrameKind.Heartbeat);
            }
        }

        return (count, chunk, false);
    }

    private void OnAckTimer()
    {
        _ackTimerRuns = false;
        _inbox.DemandAck();
        _wake.Set();
    }

    private void OnHeartbeatTimer()
    {
        TimeSpan silent = _time.GetElapsedTime(_reader.LastHeard);
        if (silent >= _options.SilenceLimit)
        {
            _silence = $"nothing was heard for {silent.TotalSeconds:0} s";
            try
            {
                _cut.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The timer fired while the connection was being disposed: there is nothing left to cut.
            }

            return;
        }

        _heartbeatDue = true;
        _wake.Set();
    }
}
