using VerticalFL.Messages;

namespace VerticalFL.Transport;

/// <summary>Sees every message inside TLS at one party: the audit counts classes, a test records bytes. Called from the channel's own thread.</summary>
public interface IChannelObserver
{
    /// <summary>A message leaves for the peer.</summary>
    void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message);

    /// <summary>A message has arrived from the peer.</summary>
    void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message);
}
