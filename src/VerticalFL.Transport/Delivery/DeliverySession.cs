using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Polly;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Links;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// What makes an ordered, exactly-once conversation out of links that break. It dials, exchanges hello and welcome, runs the
/// connection, and dials again, until either side closes or the resume deadline has passed. Its end is set once.
/// </summary>
internal sealed class DeliverySession
{
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(15);

    private readonly PartyId _peer;
    private readonly ILinkDialer _dialer;
    private readonly ChannelOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly AsyncSignal _wake = new();
    private readonly Outbox _outbox;
    private readonly Inbox _inbox;
    private readonly SemaphoreSlim _sendGate = new(1, 1);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ResiliencePipeline _redial;
    private readonly LinkHello _hello;
    private readonly LinkOutage _outage;
    private string _peerIncarnation = "";
    private string _lastProblem = "no dialling was finished";
    private bool _everUp;
    private ChannelEnd? _end;
    private Task _running = Task.CompletedTask;

    public DeliverySession(
        PartyId self, PartyId peer, ChannelBinding binding, ILinkDialer dialer, ChannelOptions options, TimeProvider time, ILogger logger)
    {
        options.Validate();
        binding.Validate();
        _peer = peer;
        _dialer = dialer;
        _options = options;
        _time = time;
        _logger = logger;
        _outbox = new Outbox(peer, options.WindowBytes, _wake);
        _inbox = new Inbox(peer, options.WindowBytes, options.LimitOf, options.Apart, _wake);
        _hello = new LinkHello(binding, self, peer, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), "", options.WindowBytes);
        _outage = new LinkOutage(peer, options.Links, time);
        if (dialer is IWaitingDialer waiting)
        {
            waiting.Waits = _outage.Waits;
        }

        _redial = RedialPolicy.Create(time, options.LongestRedial, MayRetry, OnDialFailed);
    }

    /// <summary>Done when the first link is up; fails with the reason when none came up.</summary>
    public Task Opened => _opened.Task;

    /// <summary>Starts dialling, in the background.</summary>
    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Buffers a message within the window. The array belongs to the session from here on; it goes back to the shared pool once all is acknowledged.</summary>
    public async ValueTask SendAsync(ArraySegment<byte> message, CancellationToken cancellationToken)
    {
        await _sendGate.WaitAsync(cancellationToken);
        try
        {
            await _outbox.AppendAsync(message, cancellationToken);
        }
        finally
        {
            _sendGate.Release();
        }
    }

    /// <summary>The next message. Its memory is the caller's; who needs it no more may give it back.</summary>
    public ValueTask<ArraySegment<byte>> ReceiveAsync(CancellationToken cancellationToken) => _inbox.ReceiveAsync(cancellationToken);

    /// <summary>The next message of those that are read apart.</summary>
    public ValueTask<ArraySegment<byte>> ReceiveApartAsync(CancellationToken cancellationToken) => _inbox.ReceiveApartAsync(cancellationToken);

    /// <summary>Takes the memory of a message back, for a message to come. Nobody may look at it any more.</summary>
    public void TakeBack(byte[] memory) => _inbox.TakeBack(memory);

    /// <summary>Delivers what was sent, tells the peer, and ends; gives up after the given time.</summary>
    public async Task CloseAsync(TimeSpan within)
    {
        _outbox.Seal();
        if (_everUp || _outbox.Last > 0)
        {
            await _running.WaitAsync(within, _time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        End(new ChannelEnd(_peer, "this side closed it", LinkFault.None));
        await _running;
    }

    private async Task RunAsync()
    {
        ChannelEnd end;
        try
        {
            end = await RunLinksAsync();
        }
        catch (PeerProtocolException e)
        {
            end = new ChannelEnd(_peer, Problem(e), LinkFault.PeerRefused, e);
        }
        catch (LinkRefusedException e)
        {
            end = new ChannelEnd(_peer, e.Message, e.Fault);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            end = new ChannelEnd(_peer, "this side closed it", LinkFault.None);
        }
        catch (Exception e)
        {
            // Whatever it is must reach the callers: nobody else awaits this task.
            end = new ChannelEnd(_peer, e.Message.TrimEnd('.'), LinkProblemException.FaultOf(e), e);
        }

        End(end);
    }

    private async Task<ChannelEnd> RunLinksAsync()
    {
        while (true)
        {
            (Stream stream, FrameReader reader, LinkHello theirs, long received) = await EstablishAsync();
            await using var connection = new DeliveryConnection(_peer, stream, reader, _outbox, _inbox, _wake, theirs.Window, _options, _time);
            _inbox.RepeatAck();
            _wake.Set();
            _everUp = true;
            _outage.End();
            Log.LinkUp(_logger, _peer, received);
            _opened.TrySetResult();
            Exception? problem = await connection.RunAsync(_stop.Token);
            if (problem is null)
            {
                return connection.PeerClosed
                    ? new ChannelEnd(_peer, $"party '{_peer}' closed it", LinkFault.Closed)
                    : new ChannelEnd(_peer, "this side closed it", LinkFault.None);
            }

            Log.LinkLost(_logger, _peer, problem.Message);
            _outage.Begin(LinkProblemException.FaultOf(problem));
        }
    }

    private async Task<(Stream Stream, FrameReader Reader, LinkHello Theirs, long Received)> EstablishAsync()
    {
        using var deadline = new CancellationTokenSource(_options.ResumeDeadline, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, _stop.Token);
        try
        {
            return await _redial.ExecuteAsync(async cancellationToken => await DialAsync(cancellationToken), both.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            throw new LinkProblemException(_outage.Fault, $"no link came up within {_options.ResumeDeadline}; the last problem was: {_lastProblem}");
        }
    }

    private async Task<(Stream Stream, FrameReader Reader, LinkHello Theirs, long Received)> DialAsync(CancellationToken cancellationToken)
    {
        Stream stream = await _dialer.DialAsync(cancellationToken);
        try
        {
            using var timeout = new CancellationTokenSource(HandshakeTimeout, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                var reader = new FrameReader(stream, _peer, _time);
                LinkHello hello = _hello with { Known = _peerIncarnation };
                (LinkHello theirs, long received) = await LinkHandshake.RunAsync(stream, reader, _peer, hello, _inbox.Received, _time, both.Token);
                _peerIncarnation = theirs.Incarnation;
                _outbox.ResumeBehind(received);
                return (stream, reader, theirs, received);
            }
            catch (PeerProtocolException e)
            {
                await LinkHandshake.RefuseAsync(stream, e.Message, _time, cancellationToken);
                throw;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new LinkProblemException(LinkFault.TimedOut, $"the peer's hello did not come within {HandshakeTimeout.TotalSeconds:0} s");
            }
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private bool MayRetry(Exception e) => e switch
    {
        LinkRefusedException refused => !refused.IsFinal && _everUp,
        IOException or SocketException or AuthenticationException or ObjectDisposedException => true,
        OperationCanceledException => !_stop.IsCancellationRequested,
        _ => false,
    };

    private void OnDialFailed(Exception e, int tries, TimeSpan nextTry)
    {
        _lastProblem = e.Message;
        _outage.Tried(LinkProblemException.FaultOf(e), tries, nextTry);
        Log.DialFailed(_logger, _peer, e.Message);
    }

    /// <summary>Sets the one reason for the end and tells everybody who waits.</summary>
    private void End(ChannelEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, end, null) is not null)
        {
            return;
        }

        Log.ChannelOver(_logger, _peer, end.Reason);
        _outbox.Fail(end);
        _inbox.Complete(end);
        _opened.TrySetException(end.ToException());
        _ = _opened.Task.Exception;
        _stop.Cancel();
        (_dialer as IDisposable)?.Dispose();
    }

    // The exception's own sentence without the preamble that ChannelEnd will write again.
    private static string Problem(PeerProtocolException e)
    {
        int at = e.Message.IndexOf("': ", e.Message.IndexOf("at step", StringComparison.Ordinal), StringComparison.Ordinal);
        return at < 0 ? e.Message : e.Message[(at + 3)..];
    }
}
