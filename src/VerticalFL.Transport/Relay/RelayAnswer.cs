namespace VerticalFL.Transport.Relay;

/// <summary>The one byte that the coordinator answers to the preamble of a data connection.</summary>
public enum RelayAnswer : byte
{
    /// <summary>No answer; never on the wire.</summary>
    None = 0,

    /// <summary>The peer is there: every byte from here on is the peer's.</summary>
    Spliced = 1,

    /// <summary>The ticket is not known: never granted, used before, or older than 30 seconds.</summary>
    TicketRefused = 2,

    /// <summary>The peer did not come within the ticket's life.</summary>
    PeerAbsent = 3,
}
