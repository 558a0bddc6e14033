using System.Net;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>Settings of the relay. Every limit bounds memory against a peer that means harm.</summary>
public sealed record RelayOptions
{
    /// <summary>Where to listen; port 0 takes a free one, see <see cref="Relay.Endpoint"/>. Default: port 7443 on every address.</summary>
    public IPEndPoint Endpoint { get; init; } = new(IPAddress.IPv6Any, 7443);

    /// <summary>Connections of any kind at one time. Default: 1024, some 64 MiB of buffers at most.</summary>
    public int MaxConnections { get; init; } = 1024;

    /// <summary>
    /// Connections at one time that have not shown yet who they are; one more displaces the oldest, so that a silent crowd keeps no agent out.
    /// Default: 256.
    /// </summary>
    public int MaxStrangers { get; init; } = 256;

    /// <summary>A connection that has not said what it is, or not finished TLS and hello, after so long is closed. Default: 10 seconds.</summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A control connection that carried nothing for so long is closed. Default: 45 seconds; agents ping every 10.</summary>
    public TimeSpan ControlSilenceLimit { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>A splice that carried nothing for so long is closed. Default: 2 minutes; channels send a heartbeat every 10 seconds.</summary>
    public TimeSpan SpliceSilenceLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Open requests, tickets and splices of one party together. Default: 128, enough for 8 peers with 16 streams each.</summary>
    public int MaxChannelsPerParty { get; init; } = 128;

    /// <summary>Control connections of one party in a minute. Default: 60, several times what an agent dials on a link that keeps breaking.</summary>
    public int ControlConnectionsPerMinute { get; init; } = 60;

    /// <summary>
    /// Messages of one party's control connection in ten seconds; beyond them it is read no faster than that. Default: 10,000, many times what runs report.
    /// </summary>
    public int ControlMessagesPerTenSeconds { get; init; } = 10_000;

    /// <summary>Ticket requests of one party in ten seconds. Default: 300, all channels of one party twice over after a cut.</summary>
    public int TicketsPerTenSeconds { get; init; } = 300;

    /// <summary>How long a ticket request waits for the peer's before the agent is told to ask again. Default: 60 seconds.</summary>
    public TimeSpan RequestLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a message may take to leave for an agent that does not read before its connection is closed. Default: 10 seconds.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
