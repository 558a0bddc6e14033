using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Security;

namespace VerticalFL.Transport.Relay;

/// <summary>
/// The agent's side of the control connection: one mutual-TLS connection to the coordinator that reconnects by itself for ever.
/// It answers tickets; every other message goes to the agent.
/// </summary>
/// <param name="address">The coordinator.</param>
/// <param name="credentials">The agent's party.</param>
/// <param name="options">Settings.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where connects and problems are told.</param>
public sealed class ControlLink(
    HostAddress address, PartyCredentials credentials, ControlLinkOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const int QueuedMessages = 256;
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan TicketPatience = TimeSpan.FromSeconds(10);

    private readonly byte[] _incarnation = RandomNumberGenerator.GetBytes(AgentHello.IncarnationSize);
    private readonly ConcurrentDictionary<int, TaskCompletionSource<TicketGrant>> _requests = new();
    private readonly CancellationTokenSource _disposed = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource<ControlConnection> _connection = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ControlState _state = new(false, null);
    private int _lastRequest;
    private int _lastPing;

    /// <summary>Raised on every connect and reconnect, after the coordinator's welcome.</summary>
    public event EventHandler? Connected;

    /// <summary>Whether the link is up, and the last problem.</summary>
    public ControlState State => Volatile.Read(ref _state);

    /// <summary>The coordinator's address; data connections go there too.</summary>
    public HostAddress Address => address;

    /// <summary>What connections to the coordinator go through; data connections too.</summary>
    internal HttpProxy? Proxy => options.Proxy;

    /// <summary>Connects, and reconnects until cancelled. Messages are handed over one at a time, in order.</summary>
    /// <param name="onMessage">Takes everything but answers to tickets and pings. What it throws ends this task.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(Func<ReceivedMessage, CancellationToken, ValueTask> onMessage, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(onMessage);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposed.Token);
        Polly.ResiliencePipeline redial = RedialPolicy.Create(time, options.LongestRedial, e => e is not OperationCanceledException || !both.IsCancellationRequested, (e, _, _) => OnProblem(e));
        int shortLives = 0;
        while (true)
        {
            bool refused = false;
            ControlConnection connection = await redial.ExecuteAsync(async ct => await ConnectAsync(ct), both.Token);
            await using (connection)
            {
                long since = time.GetTimestamp();
                try
                {
                    OnConnected(connection);
                    await RunConnectionAsync(connection, onMessage, both.Token);
                }
                catch (Exception e) when (IsLinkProblem(e))
                {
                    // A link that breaks while this side stops must not look like a fault of this side.
                    both.Token.ThrowIfCancellationRequested();
                    refused = e is LinkRefusedException;
                    OnProblem(e);
                }
                finally
                {
                    OnDisconnected();
                }

                // Two agents of one party would throw each other out in a tight circle; so connections that the coordinator ends soon are dialled ever
                // more slowly. One that broke is dialled soon, however often links break: its peers wait.
                shortLives = time.GetElapsedTime(since) < StableAfter ? shortLives + 1 : 0;
            }

            await Task.Delay(RedialPolicy.Delay(shortLives, refused ? RedialPolicy.RefusedCap : RedialPolicy.QuickCap), time, both.Token);
        }
    }

    /// <summary>Sends a message to the coordinator.</summary>
    /// <exception cref="IOException">The link is down.</exception>
    public async ValueTask SendAsync<T>(T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        Task<ControlConnection> connection = Current();
        if (!connection.IsCompletedSuccessfully)
        {
            throw new LinkProblemException(LinkFault.CoordinatorAway, DownText());
        }

        await (await connection).SendAsync(message, cancellationToken);
    }

    /// <summary>Asks for a ticket to a peer; answered when the peer asks for the same channel.</summary>
    /// <returns>The ticket's bytes.</returns>
    /// <exception cref="IOException">Not now: the link is down or broke, or the peer did not ask in time. Ask again.</exception>
    internal async Task<ReadOnlyMemory<byte>> RequestTicketAsync(PartyId peer, ChannelBinding binding, CancellationToken cancellationToken)
    {
        ControlConnection connection;
        try
        {
            connection = await Current().WaitAsync(TicketPatience, time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new LinkProblemException(LinkFault.CoordinatorAway, DownText(), e);
        }

        int request = Interlocked.Increment(ref _lastRequest);
        var answer = new TaskCompletionSource<TicketGrant>(TaskCreationOptions.RunContinuationsAsynchronously);
        _requests[request] = answer;
        try
        {
            await connection.SendAsync(new TicketRequest(request, binding.Study, binding.Run, binding.Attempt, binding.Stream, peer), cancellationToken);
            if (!ReferenceEquals(await Current().WaitAsync(TicketPatience, time, cancellationToken), connection))
            {
                // The connection broke between the two lines, perhaps after its open requests were failed.
                throw new LinkProblemException(LinkFault.CoordinatorAway, DownText());
            }

            return (await answer.Task.WaitAsync(cancellationToken)).Ticket;
        }
        catch (TimeoutException e)
        {
            throw new LinkProblemException(LinkFault.CoordinatorAway, DownText(), e);
        }
        finally
        {
            _requests.TryRemove(request, out _);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync();
        OnDisconnected();
    }

    private static bool IsLinkProblem(Exception e) =>
        e is IOException or PeerProtocolException or LinkRefusedException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private async Task<ControlConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.HandshakeTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        Stream tcp = await TcpDialer.ConnectAsync("the coordinator", address, RelayProtocol.ConnectPatience, time, both.Token, options.Proxy);
        try
        {
            MutualTls tls = await MutualTls.AuthenticateAsync(tcp, credentials, PartyId.Coordinator, asServer: false, time, both.Token);
            var connection = new ControlConnection(tls.Stream, PartyId.Coordinator, options.Observer);
            try
            {
                if (tls.Problem is not null)
                {
                    throw new LinkRefusedException($"this is not the consortium's coordinator: {tls.Problem}", LinkFault.CertificateRefused, isFinal: false);
                }

                await connection.SendAsync(new AgentHello(AgentHello.CurrentVersion, credentials.Self, options.Software, _incarnation), both.Token);
                ReceivedMessage answer = await connection.ReceiveAsync(both.Token);
                if (answer.Type == MessageType.Refusal)
                {
                    throw new LinkRefusedException($"the coordinator refused: {Reason(answer)}", LinkFault.RelayRefused, isFinal: false);
                }

                AgentWelcome welcome = answer.Decode<AgentWelcome>();
                return welcome.Version == AgentHello.CurrentVersion ? connection
                    : throw new LinkRefusedException($"the coordinator speaks control version {welcome.Version} instead of {AgentHello.CurrentVersion}", LinkFault.RelayRefused, isFinal: false);
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            await tcp.DisposeAsync();
            throw new IOException($"the coordinator did not welcome this agent within {options.HandshakeTimeout.TotalSeconds:0} s", e);
        }
    }

    private async Task RunConnectionAsync(
        ControlConnection connection, Func<ReceivedMessage, CancellationToken, ValueTask> onMessage, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Channel<ReceivedMessage> queue = System.Threading.Channels.Channel.CreateBounded<ReceivedMessage>(QueuedMessages);
        Task[] loops = [ReceiveAsync(connection, queue.Writer, stop.Token), PumpAsync(queue.Reader, onMessage, stop.Token), PingAsync(connection, stop.Token)];
        Task first = await Task.WhenAny(loops);
        await stop.CancelAsync();
        await Task.WhenAll(loops).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first;
    }

    private async Task ReceiveAsync(ControlConnection connection, ChannelWriter<ReceivedMessage> queue, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.SilenceLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        while (true)
        {
            ReceivedMessage message;
            try
            {
                message = await connection.ReceiveAsync(both.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new IOException($"nothing was heard from the coordinator for {options.SilenceLimit.TotalSeconds:0} s");
            }

            silence.CancelAfter(options.SilenceLimit);
            switch (message.Type)
            {
                case MessageType.Pong:
                    break;
                case MessageType.TicketGrant:
                    TicketGrant grant = message.Decode<TicketGrant>();
                    if (_requests.TryRemove(grant.Request, out TaskCompletionSource<TicketGrant>? granted))
                    {
                        granted.TrySetResult(grant);
                    }

                    break;
                case MessageType.Refusal:
                    OnRefusal(message.Decode<Refusal>());
                    break;
                default:
                    await queue.WriteAsync(message, cancellationToken);
                    break;
            }
        }
    }

    private static async Task PumpAsync(
        ChannelReader<ReceivedMessage> queue, Func<ReceivedMessage, CancellationToken, ValueTask> onMessage, CancellationToken cancellationToken)
    {
        await foreach (ReceivedMessage message in queue.ReadAllAsync(cancellationToken))
        {
            await onMessage(message, cancellationToken);
        }
    }

    private async Task PingAsync(ControlConnection connection, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(options.PingInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await connection.SendAsync(new Ping(Interlocked.Increment(ref _lastPing) & int.MaxValue), cancellationToken);
        }
    }

    private void OnRefusal(Refusal refusal)
    {
        string reason = FrameFormat.Printable(refusal.Reason);
        if (refusal.Request == 0)
        {
            throw new LinkRefusedException($"the coordinator ended the connection: {reason}", LinkFault.RelayRefused, isFinal: false);
        }

        if (_requests.TryRemove(refusal.Request, out TaskCompletionSource<TicketGrant>? refused))
        {
            refused.TrySetException(refusal.Code switch
            {
                RefusalCode.PeerAbsent => new LinkProblemException(LinkFault.PeerAbsent, reason),
                RefusalCode.TooMany or RefusalCode.Superseded => new LinkProblemException(LinkFault.RelayRefused, reason),
                _ => new LinkRefusedException(reason, LinkFault.RelayRefused, isFinal: false),
            });
        }
    }

    private static string Reason(ReceivedMessage message) => FrameFormat.Printable(message.Decode<Refusal>().Reason);

    private Task<ControlConnection> Current()
    {
        lock (_gate)
        {
            return _connection.Task;
        }
    }

    private void OnConnected(ControlConnection connection)
    {
        Log.ControlConnected(logger, address.ToString());
        Volatile.Write(ref _state, new ControlState(true, null));
        lock (_gate)
        {
            _connection.TrySetResult(connection);
        }

        Connected?.Invoke(this, EventArgs.Empty);
    }

    private void OnDisconnected()
    {
        lock (_gate)
        {
            if (_connection.Task.IsCompleted)
            {
                _connection = new TaskCompletionSource<ControlConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        Volatile.Write(ref _state, new ControlState(false, State.Problem ?? "the connection was closed"));
        foreach (int request in _requests.Keys)
        {
            if (_requests.TryRemove(request, out TaskCompletionSource<TicketGrant>? open))
            {
                open.TrySetException(new LinkProblemException(LinkFault.CoordinatorAway, DownText()));
            }
        }
    }

    private void OnProblem(Exception e)
    {
        Volatile.Write(ref _state, new ControlState(false, e.Message.TrimEnd('.')));
        Log.ControlLost(logger, address.ToString(), e.Message);
    }

    private string DownText() => $"the control connection to the coordinator at {address} is down ({State.Problem ?? "not connected yet"})";
}
