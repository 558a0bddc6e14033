using VerticalFL.Messages.Control;

namespace VerticalFL.Transport.Relay;

/// <summary>The first bytes on the coordinator's one port.</summary>
public static class RelayProtocol
{
    /// <summary>The first byte of a TLS record that holds a ClientHello: a control connection.</summary>
    public const byte TlsHandshake = 0x16;

    /// <summary>Magic and ticket: what a data connection sends before anything else.</summary>
    public const int PreambleSize = 8 + TicketGrant.TicketSize;

    /// <summary>How long the coordinator's port may take to accept a connection.</summary>
    internal static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    /// <summary>The first bytes of a data connection; they cannot begin a TLS record.</summary>
    public static ReadOnlySpan<byte> Magic => "VFLDATA1"u8;
}
