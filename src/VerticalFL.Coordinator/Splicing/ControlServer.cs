using Microsoft.AspNetCore.Connections;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>Control connections: mutual TLS, hello, and then messages until the agent goes or a newer connection takes its place.</summary>
internal sealed class ControlServer(
    TicketOffice office, IControlHandler handler, PartyCredentials credentials, RelayOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private static readonly TimeSpan SupersedeTimeout = TimeSpan.FromSeconds(5);
    private static readonly string Software = "VerticalFL " + typeof(ControlServer).Assembly.GetName().Version?.ToString(3);

    private static readonly TimeSpan MessageWindow = TimeSpan.FromSeconds(10);

    private readonly Allowance _connections = new(options.ControlConnectionsPerMinute, TimeSpan.FromMinutes(1), time);
    private readonly Allowance _messages = new(options.ControlMessagesPerTenSeconds, MessageWindow, time);
    private readonly Tally _refusals = new(time, more => Log.AgentsRefusedMore(logger, more, Tally.Interval.TotalSeconds));
    private readonly Lock _gate = new();
    private readonly Dictionary<PartyId, AgentSession> _sessions = [];

    /// <summary>The agents that are connected now.</summary>
    public IReadOnlyList<AgentSession> Sessions()
    {
        lock (_gate)
        {
            return [.. _sessions.Values];
        }
    }

    public void Dispose() => _refusals.Dispose();

    /// <summary>Serves one connection whose first byte is a TLS ClientHello's.</summary>
    public async Task RunAsync(ConnectionContext context, Strangers.Stranger stranger, CancellationToken cancellationToken)
    {
        (ControlConnection connection, AgentSession session)? welcomed = await WelcomeAsync(context, stranger, cancellationToken);
        if (welcomed is not ({ } connection, { } session))
        {
            return;
        }

        stranger.Leave();
        await using (connection)
        {
            await TakePlaceAsync(session);
            string reason = "the coordinator stops";
            try
            {
                await handler.OnConnectedAsync(session, session.Closed);
                Log.AgentConnected(logger, session.Party, context.RemoteEndPoint, session.Software);
                reason = await ServeAsync(connection, session, cancellationToken);
            }
            finally
            {
                office.Forget(session);
                lock (_gate)
                {
                    if (_sessions.TryGetValue(session.Party, out AgentSession? current) && current == session)
                    {
                        _sessions.Remove(session.Party);
                    }
                }

                try
                {
                    await handler.OnDisconnectedAsync(session);
                }
                finally
                {
                    session.Complete();
                    Log.AgentDisconnected(logger, session.Party, reason);
                }
            }
        }
    }

    private async Task<(ControlConnection Connection, AgentSession Session)?> WelcomeAsync(
        ConnectionContext context, Strangers.Stranger stranger, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.SilenceLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stranger.Displaced, cancellationToken);
        var stream = new DuplexPipeStream(context.Transport.Input, context.Transport.Output);
        MutualTls tls = await MutualTls.AuthenticateAsync(stream, credentials, expected: null, asServer: true, time, both.Token);
        var connection = new ControlConnection(tls.Stream, tls.Peer);
        try
        {
            Refusal? refusal;
            AgentHello? hello = null;
            if (tls.Problem is not null)
            {
                refusal = new Refusal(0, RefusalCode.Certificate, tls.Problem);
            }
            else if (!_connections.TryTake(tls.Peer))
            {
                refusal = new Refusal(0, RefusalCode.TooMany, $"party '{tls.Peer}' connected more than {options.ControlConnectionsPerMinute} times in a minute");
            }
            else
            {
                (hello, refusal) = await HelloAsync(connection, tls.Peer, both.Token);
            }

            if (refusal is null)
            {
                await connection.SendAsync(new AgentWelcome(AgentHello.CurrentVersion, Software), both.Token);
                return (connection, new AgentSession(tls.Peer, hello!, connection, options.SendTimeout, time));
            }

            if (_refusals.IsFirst())
            {
                Log.AgentRefused(logger, context.RemoteEndPoint, refusal.Reason);
            }

            await connection.SayLastAsync(refusal, time, both.Token);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }

        await connection.DisposeAsync();
        return null;
    }

    private static async Task<(AgentHello? Hello, Refusal? Refusal)> HelloAsync(ControlConnection connection, PartyId certified, CancellationToken cancellationToken)
    {
        try
        {
            AgentHello hello = (await connection.ReceiveAsync(cancellationToken)).Decode<AgentHello>();
            string? problem =
                hello.Version != AgentHello.CurrentVersion
                    ? $"the agent speaks control version {hello.Version}, the coordinator {AgentHello.CurrentVersion}: update the older one"
                : hello.Party != certified ? $"the agent says it is party '{hello.Party}' but its certificate names '{certified}'"
                : certified == PartyId.Coordinator ? "a party may not call itself 'coordinator'"
                : null;
            return (hello, problem is null ? null : new Refusal(0, RefusalCode.Protocol, problem));
        }
        catch (PeerProtocolException e)
        {
            return (null, new Refusal(0, RefusalCode.Protocol, Cut(e.Message)));
        }
    }

    /// <summary>Newest wins: the older session of the party ends, and the registry knows it, before the newer begins.</summary>
    private async Task TakePlaceAsync(AgentSession session)
    {
        AgentSession? older;
        lock (_gate)
        {
            _sessions.TryGetValue(session.Party, out older);
            _sessions[session.Party] = session;
        }

        if (older is not null)
        {
            Log.AgentSuperseded(logger, session.Party);
            older.Close("a newer connection of the same party took its place; is a second agent running with this party's key?");
            await older.Completion.WaitAsync(SupersedeTimeout, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> ServeAsync(ControlConnection connection, AgentSession session, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(options.ControlSilenceLimit, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, session.Closed, cancellationToken);
        try
        {
            while (true)
            {
                ReceivedMessage message = await connection.ReceiveAsync(both.Token);
                silence.CancelAfter(options.ControlSilenceLimit);
                while (!_messages.TryTake(session.Party))
                {
                    // What it sends too fast waits in its own socket.
                    await Task.Delay(MessageWindow / options.ControlMessagesPerTenSeconds, time, both.Token);
                }

                switch (message.Type)
                {
                    case MessageType.Ping:
                        await session.SendAsync(new Pong(message.Decode<Ping>().Number), both.Token);
                        break;
                    case MessageType.TicketRequest:
                        await office.RequestAsync(session, message.Decode<TicketRequest>(), both.Token);
                        break;
                    default:
                        await handler.OnMessageAsync(session, message, both.Token);
                        break;
                }
            }
        }
        catch (PeerProtocolException e)
        {
            await connection.SayLastAsync(new Refusal(0, RefusalCode.Protocol, Cut(e.Message)), time, cancellationToken);
            return e.Message;
        }
        catch (OperationCanceledException) when (session.Closed.IsCancellationRequested)
        {
            await connection.SayLastAsync(new Refusal(0, RefusalCode.Superseded, session.CloseReason), time, cancellationToken);
            return session.CloseReason;
        }
        catch (OperationCanceledException) when (silence.IsCancellationRequested)
        {
            return $"it was silent for {options.ControlSilenceLimit.TotalSeconds:0} s";
        }
        catch (IOException)
        {
            return session.CloseReason;
        }
    }

    private static string Cut(string reason) => reason.Length <= 256 ? reason : reason[..256];
}
