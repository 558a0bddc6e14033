using VerticalFL.Messages;
using VerticalFL.Transport.Links;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// One link's life after its hello: a receive loop and a send loop over one stream, until one of them ends. What has to outlive
/// the link lies in <see cref="Outbox"/> and <see cref="Inbox"/>.
/// </summary>
internal sealed class DeliveryConnection : IAsyncDisposable
{
    // Long enough to ride along with an answer, short enough for a sender that waits for room.
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
    private long _lastHeard;
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
        _lastHeard = time.GetTimestamp();
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
            _ when _outbox.Abandoned is { } reason && send.IsCompletedSuccessfully => throw new LinkRefusedException(reason, isFinal: true),
            _ when PeerClosed || (receive.IsCompletedSuccessfully && _closeSent) => null,
            _ when _silence is not null => new IOException(_silence),
            _ => problem ?? new IOException("the link was cut"),
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
            Frame frame = await _reader.ReadAsync(cancellationToken);
            Volatile.Write(ref _lastHeard, _time.GetTimestamp());
            switch (frame.Kind)
            {
                case FrameKind.DataFirst or FrameKind.DataNext when !PeerClosed:
                    OnData(frame);
                    break;
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
                    throw new LinkRefusedException($"party '{_peer}' refused: {FrameFormat.ReadReason(frame.Body.Span)}", isFinal: true);
                default:
                    throw new PeerProtocolException(_peer, "receive frame", $"A frame of kind {(int)frame.Kind} came where none may.");
            }
        }
    }

    private void OnData(Frame frame)
    {
        if (_inbox.Accept(frame))
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
        byte[] buffer = GC.AllocateUninitializedArray<byte>(3 * FrameFormat.MaxFrameSize);
        bool dirty = false;
        await using CancellationTokenRegistration registration = _wake.SetWhenCancelled(cancellationToken);
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (int count, bool last) = Compose(buffer);
            if (count > 0)
            {
                await _stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                dirty = true;
            }
            else if (dirty)
            {
                await _stream.FlushAsync(cancellationToken);
                dirty = false;
            }
            else
            {
                await _wake.WaitAsync();
            }

            if (last)
            {
                await _stream.FlushAsync(cancellationToken);
                return;
            }
        }
    }

    /// <summary>The next bytes for the link; last when nothing may follow.</summary>
    private (int Count, bool IsLast) Compose(Span<byte> buffer)
    {
        if ((_refusal ?? _outbox.Abandoned) is { } refusal)
        {
            byte[] frame = FrameFormat.Refusal(refusal);
            frame.CopyTo(buffer);
            return (frame.Length, true);
        }

        if (_closedDue)
        {
            return (FrameFormat.WriteNumber(buffer, FrameKind.Closed, _inbox.Received), true);
        }

        // An ack (13 bytes) and a close (5) may follow the data.
        const int Reserve = 32;
        int count = _outbox.Fill(buffer[..^Reserve], _peerWindow);
        if (_inbox.TakeAck(count > 0) is > 0 and long acknowledged)
        {
            count += FrameFormat.WriteNumber(buffer[count..], FrameKind.Ack, acknowledged);
        }

        if (!_closeSent && _outbox.IsSpent)
        {
            _closeSent = true;
            count += FrameFormat.WriteBare(buffer[count..], FrameKind.Close);
        }

        if (_heartbeatDue)
        {
            _heartbeatDue = false;
            if (count == 0)
            {
                count = FrameFormat.WriteBare(buffer, FrameKind.Heartbeat);
            }
        }

        return (count, false);
    }

    private void OnAckTimer()
    {
        _ackTimerRuns = false;
        _inbox.DemandAck();
        _wake.Set();
    }

    private void OnHeartbeatTimer()
    {
        TimeSpan silent = _time.GetElapsedTime(Volatile.Read(ref _lastHeard));
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
