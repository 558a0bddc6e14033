using System.Net;
using VerticalFL.Messages;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>What the relay logs: events 5900 to 5999. Names of parties and reasons, never content.</summary>
internal static partial class Log
{
    [LoggerMessage(5900, LogLevel.Information, "Agent of {Party} connected from {Address}: {Software}")]
    public static partial void AgentConnected(ILogger logger, PartyId party, EndPoint? address, string software);

    [LoggerMessage(5901, LogLevel.Information, "Agent of {Party} disconnected: {Reason}")]
    public static partial void AgentDisconnected(ILogger logger, PartyId party, string reason);

    [LoggerMessage(5902, LogLevel.Warning, "Connection from {Address} refused: {Reason}")]
    public static partial void ConnectionRefused(ILogger logger, EndPoint? address, string reason);

    [LoggerMessage(5903, LogLevel.Warning, "A newer connection of {Party} took the older one's place")]
    public static partial void AgentSuperseded(ILogger logger, PartyId party);

    [LoggerMessage(5904, LogLevel.Warning, "Ticket for {Party} to {Peer} refused: {Reason}")]
    public static partial void TicketRefused(ILogger logger, PartyId party, PartyId peer, string reason);

    [LoggerMessage(5907, LogLevel.Warning, "{Count} more connections were refused in the last {Seconds} s")]
    public static partial void ConnectionsRefusedMore(ILogger logger, int count, double seconds);

    [LoggerMessage(5908, LogLevel.Warning, "{Count} more requests for tickets were refused in the last {Seconds} s")]
    public static partial void TicketsRefusedMore(ILogger logger, int count, double seconds);

    [LoggerMessage(5909, LogLevel.Warning, "{Count} more agents were refused in the last {Seconds} s")]
    public static partial void AgentsRefusedMore(ILogger logger, int count, double seconds);

    [LoggerMessage(5910, LogLevel.Warning, "Agent from {Address} refused: {Reason}")]
    public static partial void AgentRefused(ILogger logger, EndPoint? address, string reason);

    [LoggerMessage(5905, LogLevel.Debug, "Splice {Lower} - {Upper} began")]
    public static partial void SpliceBegan(ILogger logger, PartyId lower, PartyId upper);

    [LoggerMessage(5906, LogLevel.Debug, "Splice {Lower} - {Upper} ended after {Bytes} bytes")]
    public static partial void SpliceEnded(ILogger logger, PartyId lower, PartyId upper, long bytes);
}
