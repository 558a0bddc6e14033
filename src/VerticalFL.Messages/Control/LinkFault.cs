namespace VerticalFL.Messages.Control;

/// <summary>Why the link between two parties is missing. The reason in words, which may hold addresses, stays in the agent's own log.</summary>
public enum LinkFault
{
    /// <summary>No fault; only of a channel that its own side closed.</summary>
    None = 0,

    /// <summary>The link broke, or bytes were spoilt on the way.</summary>
    Cut = 1,

    /// <summary>The other end hung up.</summary>
    Closed = 2,

    /// <summary>Nothing was heard for longer than a link may be silent.</summary>
    Silent = 3,

    /// <summary>The address refuses connections.</summary>
    ConnectionRefused = 4,

    /// <summary>There is no way to the address, or its name is not known.</summary>
    Unreachable = 5,

    /// <summary>A connection, TLS or hello was not answered in time.</summary>
    TimedOut = 6,

    /// <summary>The HTTP proxy did not let it through.</summary>
    ProxyRefused = 7,

    /// <summary>The control connection is down, so that there is no relay: the coordinator is away or being restarted.</summary>
    CoordinatorAway = 8,

    /// <summary>The relay refused: an unknown ticket, too many requests, or no run that allows the channel.</summary>
    RelayRefused = 9,

    /// <summary>The peer did not come to the relay in time.</summary>
    PeerAbsent = 10,

    /// <summary>The peer's certificate is not accepted here.</summary>
    CertificateRefused = 11,

    /// <summary>The peer refused, or is at something else: it was restarted, or does not accept this party's certificate.</summary>
    PeerRefused = 12,
}
