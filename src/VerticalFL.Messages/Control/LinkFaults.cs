namespace VerticalFL.Messages.Control;

/// <summary>Faults of links in words, the same at the console, in reports and in the coordinator's log.</summary>
public static class LinkFaults
{
    /// <summary>One clause without a full stop.</summary>
    public static string InWords(this LinkFault fault) => fault switch
    {
        LinkFault.None => "it was closed",
        LinkFault.Cut => "the link was cut",
        LinkFault.Closed => "the other end hung up",
        LinkFault.Silent => "nothing was heard for too long",
        LinkFault.ConnectionRefused => "the connection was refused",
        LinkFault.Unreachable => "there is no way to the address",
        LinkFault.TimedOut => "nobody answered in time",
        LinkFault.ProxyRefused => "the proxy did not let it through",
        LinkFault.CoordinatorAway => "the coordinator was away",
        LinkFault.RelayRefused => "the relay refused",
        LinkFault.PeerAbsent => "the peer did not come to the relay",
        LinkFault.CertificateRefused => "the peer's certificate was refused",
        LinkFault.PeerRefused => "the peer refused, or was restarted",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "This is no fault of a link."),
    };
}
