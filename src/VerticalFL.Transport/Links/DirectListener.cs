using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Security;

namespace VerticalFL.Transport.Links;

/// <summary>
/// The port on which an agent takes links from peers that can reach it. Mutual TLS comes first, so a stranger never gets further; then the
/// peer's hello says which channel the link is for, and the link waits a moment for this side to want it.
/// </summary>
public sealed class DirectListener : IAsyncDisposable
{
    // Strangers cost a TLS handshake each, so many at once and no more.
    private const int MostHandshakes = 32;

    // Links of one peer that wait for this side; a peer needs one for each stream that it opens.
    private const int MostWaitingPerPeer = 32;

    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    // The peer gives up on its hello after 15 seconds.
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(14);

    private readonly PartyCredentials _credentials;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Tally _refusals;
    private readonly Socket _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<(PartyId Peer, ChannelBinding Binding), TaskCompletionSource<Stream>> _wanted = [];
    private readonly Dictionary<PartyId, int> _waiting = [];
    private readonly HashSet<Task> _serving = [];
    private readonly Task _running;
    private TaskCompletionSource _news = NewSignal();

    /// <summary>Listens from now on.</summary>
    /// <param name="endpoint">Where; port 0 takes a free one, see <see cref="Endpoint"/>.</param>
    /// <param name="credentials">This party.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where refusals are told.</param>
    /// <exception cref="IOException">The port cannot be had; the text says why.</exception>
    public DirectListener(IPEndPoint endpoint, PartyCredentials credentials, TimeProvider time, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        _credentials = credentials;
        _time = time;
        _logger = logger;
        _refusals = new Tally(time, more => Log.DirectRefusedMore(logger, more, Tally.Interval.TotalSeconds));
        _socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            _socket.Bind(endpoint);
            _socket.Listen(MostHandshakes);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            _refusals.Dispose();
            throw new IOException($"The agent cannot listen for peers on {endpoint}: {e.Message}", e);
        }

        Endpoint = (IPEndPoint)_socket.LocalEndPoint!;
        _running = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _socket.Dispose();
        await _running;
        Task[] serving;
        lock (_gate)
        {
            serving = [.. _serving];
        }

        await Task.WhenAll(serving);
        _refusals.Dispose();
        _stop.Dispose();
    }

    /// <summary>The next link that the peer makes for this channel, secured; its hello is still to be read.</summary>
    internal async Task<Stream> TakeAsync(PartyId peer, ChannelBinding binding, CancellationToken cancellationToken)
    {
        var wanted = new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource news;
        lock (_gate)
        {
            _wanted[(peer, binding)] = wanted;
            (news, _news) = (_news, NewSignal());
        }

        news.SetResult();
        try
        {
            await using CancellationTokenRegistration registration = cancellationToken.Register(() => wanted.TrySetCanceled(cancellationToken));
            return await wanted.Task;
        }
        finally
        {
            lock (_gate)
            {
                if (_wanted.TryGetValue((peer, binding), out TaskCompletionSource<Stream>? current) && current == wanted)
                {
                    _wanted.Remove((peer, binding));
                }
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task AcceptAsync()
    {
        using var handshakes = new SemaphoreSlim(MostHandshakes);
        while (!_stop.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                await handshakes.WaitAsync(_stop.Token);
                socket = await _socket.AcceptAsync(_stop.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException e)
            {
                Refused(null, e);
                handshakes.Release();
                continue;
            }

            Task serving = ServeAsync(socket, handshakes);
            lock (_gate)
            {
                _serving.RemoveWhere(t => t.IsCompleted);
                _serving.Add(serving);
            }
        }

        // The semaphore goes only when nobody can release it any more.
        Task[] rest;
        lock (_gate)
        {
            rest = [.. _serving];
        }

        await Task.WhenAll(rest);
    }

    private async Task ServeAsync(Socket socket, SemaphoreSlim handshakes)
    {
        EndPoint? from = socket.RemoteEndPoint;
        bool shakes = true;
        try
        {
            (PartyId peer, ChannelBinding binding, Stream link) = await WelcomeAsync(socket);
            handshakes.Release();
            shakes = false;
            await OfferAsync(peer, binding, link);
        }
        catch (Exception e) when (
            e is IOException or OperationCanceledException or LinkRefusedException or PeerProtocolException or MessageFormatException or ObjectDisposedException)
        {
            Refused(from, e);
        }
        finally
        {
            if (shakes)
            {
                handshakes.Release();
            }
        }
    }

    private async Task<(PartyId Peer, ChannelBinding Binding, Stream Link)> WelcomeAsync(Socket socket)
    {
        using var timeout = new CancellationTokenSource(HandshakeTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        MutualTls tls = await MutualTls.AuthenticateAsync(TcpLink.Over(socket), _credentials, expected: null, asServer: true, _time, both.Token);
        try
        {
            if (tls.Problem is not null)
            {
                await LinkHandshake.RefuseAsync(tls.Stream, tls.Problem, _time, both.Token);
                throw new LinkRefusedException(tls.Problem, LinkFault.CertificateRefused, isFinal: false);
            }

            byte[] hello = await ReadHelloAsync(tls.Stream, tls.Peer, both.Token);
            ChannelBinding binding = LinkHello.BindingOf(hello.AsSpan(FrameFormat.HeaderSize));
            return (tls.Peer, binding, new ReplayedStream(hello, tls.Stream));
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    }

    internal static async Task<byte[]> ReadHelloAsync(Stream stream, PartyId peer, CancellationToken cancellationToken)
    {
        var head = new byte[FrameFormat.HeaderSize];
        await stream.ReadExactlyAsync(head, cancellationToken);
        int length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is < 2 or > 1 + FrameFormat.MaxHelloBytes || head[4] != (byte)FrameKind.Hello)
        {
            throw new PeerProtocolException(peer, "hello", $"A frame of kind {head[4]} and length {(uint)length} came where Hello was due.");
        }

        var frame = new byte[4 + length];
        head.CopyTo(frame, 0);
        await stream.ReadExactlyAsync(frame.AsMemory(FrameFormat.HeaderSize), cancellationToken);
        return frame;
    }

    /// <summary>Lets the link wait until this side wants it, but not for long.</summary>
    private async Task OfferAsync(PartyId peer, ChannelBinding binding, Stream link)
    {
        using var timeout = new CancellationTokenSource(WaitTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _stop.Token);
        int waiting = Count(peer, 1);
        try
        {
            while (waiting <= MostWaitingPerPeer)
            {
                Task news;
                lock (_gate)
                {
                    if (_wanted.Remove((peer, binding), out TaskCompletionSource<Stream>? wanted) && wanted.TrySetResult(link))
                    {
                        return;
                    }

                    news = _news.Task;
                }

                await news.WaitAsync(both.Token);
            }

            throw new IOException($"party '{peer}' has {MostWaitingPerPeer} links waiting already");
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
        finally
        {
            Count(peer, -1);
        }
    }

    private void Refused(EndPoint? from, Exception e)
    {
        if (_refusals.IsFirst())
        {
            Log.DirectRefused(_logger, from, e is OperationCanceledException ? "it took too long" : e.Message);
        }
    }

    private int Count(PartyId peer, int change)
    {
        lock (_gate)
        {
            return _waiting[peer] = _waiting.GetValueOrDefault(peer) + change;
        }
    }
}
