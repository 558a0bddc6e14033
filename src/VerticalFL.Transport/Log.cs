using System.Net;
using Microsoft.Extensions.Logging;
using VerticalFL.Messages;

namespace VerticalFL.Transport;

/// <summary>What Transport logs: events 2000 to 2999. Names of parties and reasons, never content.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Debug, "Channel to {Peer}: link up, resuming behind frame {Received}")]
    public static partial void LinkUp(ILogger logger, PartyId peer, long received);

    [LoggerMessage(2001, LogLevel.Warning, "Channel to {Peer}: link lost ({Problem}); dialling again")]
    public static partial void LinkLost(ILogger logger, PartyId peer, string problem);

    [LoggerMessage(2002, LogLevel.Debug, "Channel to {Peer}: dialling failed ({Problem})")]
    public static partial void DialFailed(ILogger logger, PartyId peer, string problem);

    [LoggerMessage(2003, LogLevel.Information, "Channel to {Peer} is over: {Reason}")]
    public static partial void ChannelOver(ILogger logger, PartyId peer, string reason);

    [LoggerMessage(2004, LogLevel.Information, "{Peer} cannot be reached directly ({Problem}); using the relay")]
    public static partial void DirectFailed(ILogger logger, PartyId peer, string problem);

    [LoggerMessage(2005, LogLevel.Warning, "Direct link from {Address} ended before it was used: {Problem}")]
    public static partial void DirectRefused(ILogger logger, EndPoint? address, string problem);

    [LoggerMessage(2006, LogLevel.Warning, "{Count} more direct links ended before they were used in the last {Seconds} s")]
    public static partial void DirectRefusedMore(ILogger logger, int count, double seconds);

    [LoggerMessage(2010, LogLevel.Information, "Connected to the coordinator at {Address}")]
    public static partial void ControlConnected(ILogger logger, string address);

    [LoggerMessage(2011, LogLevel.Warning, "The connection to the coordinator at {Address} is down: {Problem}")]
    public static partial void ControlLost(ILogger logger, string address, string problem);
}
