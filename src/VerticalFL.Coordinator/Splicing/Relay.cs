using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using VerticalFL.Messages;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Security;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>The coordinator's one port: agents' control connections and spliced data connections.</summary>
public sealed class Relay : IAsyncDisposable
{
    private readonly TicketOffice _office;
    private readonly Tally _refusals;
    private readonly ILogger _logger;
    private readonly IServer _server;
    private readonly IHostApplicationLifetime _lifetime;

    internal Relay(
        RelayOptions options, PartyCredentials credentials, IControlHandler handler, TimeProvider time, ILogger<Relay> logger, IServer server, IHostApplicationLifetime lifetime)
    {
        Options = options;
        Time = time;
        _logger = logger;
        _server = server;
        _lifetime = lifetime;
        _refusals = new Tally(time, more => Log.ConnectionsRefusedMore(logger, more, Tally.Interval.TotalSeconds));
        _office = new TicketOffice(options, handler, time, logger);
        Control = new ControlServer(_office, handler, credentials, options, time, logger);
        Data = new DataServer(_office, options, time, logger, Refused);
    }

    /// <summary>Where it listens; known once the host has started.</summary>
    /// <exception cref="InvalidOperationException">The host has not started.</exception>
    public IPEndPoint Endpoint
    {
        get
        {
            string address = _server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault(a => !a.Contains("://unix:", StringComparison.Ordinal))
                ?? throw new InvalidOperationException("The relay does not listen yet: start the host first.");
            var uri = new Uri(address);
            return new IPEndPoint(uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 ? IPAddress.Parse(uri.Host) : Options.Endpoint.Address, uri.Port);
        }
    }

    /// <summary>The agents that are connected now.</summary>
    public IReadOnlyList<AgentSession> Agents => Control.Sessions();

    /// <summary>What is spliced now, and how much it has carried.</summary>
    public IReadOnlyList<SpliceTraffic> Splices => _office.Traffic();

    /// <summary>All bytes that the relay has carried for a run since it started.</summary>
    public long BytesOf(RunId run) => _office.BytesOf(run);

    internal RelayOptions Options { get; }

    internal TimeProvider Time { get; }

    internal ControlServer Control { get; }

    internal DataServer Data { get; }

    internal CancellationToken Stopping => _lifetime.ApplicationStopping;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _refusals.Dispose();
        Control.Dispose();
        return _office.DisposeAsync();
    }

    /// <summary>Somebody who has not shown who he is was sent away: everyday life on an open port, so the log is told once and then a number.</summary>
    internal void Refused(ConnectionContext connection, string reason)
    {
        if (_refusals.IsFirst())
        {
            Log.ConnectionRefused(_logger, connection.RemoteEndPoint, reason);
        }
    }
}
