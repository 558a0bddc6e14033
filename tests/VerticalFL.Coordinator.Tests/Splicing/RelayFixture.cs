using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>A real relay on a free loopback port, and agents of it.</summary>
internal sealed class RelayFixture : IAsyncDisposable
{
    private readonly RelayOptions _options;
    private WebApplication _host;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(ControlLink Link, Task Running)> _links = [];

    private RelayFixture(WebApplication host, Relay relay, RelayOptions options, TestCertificates authority, RecordingHandler handler, LogLines log)
    {
        _options = options;
        Log = log;
        _host = host;
        Relay = relay;
        Authority = authority;
        Handler = handler;
    }

    public Relay Relay { get; private set; }

    public TestCertificates Authority { get; }

    public RecordingHandler Handler { get; }

    public LogLines Log { get; }

    public HostAddress Address => new("127.0.0.1", Relay.Endpoint.Port);

    public static async Task<RelayFixture> StartAsync(RelayOptions? options = null, TimeProvider? time = null)
    {
        var authority = new TestCertificates();
        var handler = new RecordingHandler();
        var log = new LogLines();
        options = (options ?? new()) with { Endpoint = new IPEndPoint(IPAddress.Loopback, 0) };
        (WebApplication host, Relay relay) = await HostAsync(options, authority, handler, log, time);
        return new RelayFixture(host, relay, options, authority, handler, log);
    }

    /// <summary>The relay's process dies and its service manager starts it again at the same port; what it knew is gone.</summary>
    public async Task RestartAsync()
    {
        RelayOptions same = _options with { Endpoint = Relay.Endpoint };
        using (var now = new CancellationTokenSource())
        {
            // No grace for what is under way: a process that dies grants none.
            await now.CancelAsync();
            await _host.StopAsync(now.Token);
        }

        await _host.DisposeAsync();
        (_host, Relay) = await HostAsync(same, Authority, Handler, Log, null);
    }

    /// <summary>A running control link, connected.</summary>
    public async Task<ControlLink> ConnectAsync(PartyCredentials credentials, Func<ReceivedMessage, CancellationToken, ValueTask>? onMessage = null, HostAddress? via = null)
    {
        ControlLink link = Run(credentials, onMessage, via);
        await Eventually.TrueAsync(() => link.State.IsConnected, () => $"not connected: {link.State.Problem}");
        return link;
    }

    /// <summary>A running control link.</summary>
    public ControlLink Run(PartyCredentials credentials, Func<ReceivedMessage, CancellationToken, ValueTask>? onMessage = null, HostAddress? via = null)
    {
        var link = new ControlLink(via ?? Address, credentials, new ControlLinkOptions(), TimeProvider.System, NullLogger.Instance);
        _links.Add((link, link.RunAsync(onMessage ?? ((_, _) => ValueTask.CompletedTask), _stop.Token)));
        return link;
    }

    /// <summary>A connector of a party with good credentials.</summary>
    public async Task<PartyConnector> ConnectorAsync(PartyId party, HostAddress? via = null)
    {
        PartyCredentials credentials = Authority.Credentials(party);
        return new PartyConnector(await ConnectAsync(credentials, via: via), credentials, TimeProvider.System, NullLogger.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach ((ControlLink link, Task running) in _links)
        {
            await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await link.DisposeAsync();
        }

        await _host.StopAsync();
        await _host.DisposeAsync();
        Authority.Dispose();
        _stop.Dispose();
    }

    private static async Task<(WebApplication Host, Relay Relay)> HostAsync(
        RelayOptions options, TestCertificates authority, RecordingHandler handler, LogLines log, TimeProvider? time)
    {
        WebApplicationBuilder builder = RelayHosting.CreateBuilder();
        builder.Services.AddSingleton<IControlHandler>(handler);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Logging.AddProvider(log);
        builder.AddRelay(options, authority.Credentials(PartyId.Coordinator));
        WebApplication host = builder.Build();
        return (host, await host.StartRelayAsync(CancellationToken.None));
    }

    /// <summary>Allows everything unless told otherwise, and remembers what it saw.</summary>
    internal sealed class RecordingHandler : IControlHandler
    {
        private readonly List<string> _events = [];

        public string? Forbid { get; set; }

        public IReadOnlyList<string> Events
        {
            get
            {
                lock (_events)
                {
                    return [.. _events];
                }
            }
        }

        public ValueTask OnConnectedAsync(AgentSession session, CancellationToken cancellationToken) => Add($"connected {session.Party}");

        public async ValueTask OnMessageAsync(AgentSession session, ReceivedMessage message, CancellationToken cancellationToken)
        {
            await Add($"{message.Type} {session.Party}");
            await session.SendAsync(message.Decode<RunCancel>(), cancellationToken);
        }

        public ValueTask OnDisconnectedAsync(AgentSession session) => Add($"disconnected {session.Party}");

        public bool MayConnect(PartyId a, PartyId b, TicketRequest request, out string reason)
        {
            reason = Forbid ?? "";
            return Forbid is null;
        }

        private ValueTask Add(string what)
        {
            lock (_events)
            {
                _events.Add(what);
            }

            return ValueTask.CompletedTask;
        }
    }
}
