using VerticalFL.Messages;

namespace VerticalFL.Transport;

/// <summary>A message that has arrived and is not decoded yet.</summary>
public readonly struct ReceivedMessage
{
    private readonly PartyId _peer;
    private readonly ReadOnlyMemory<byte> _bytes;

    internal ReceivedMessage(PartyId peer, ReadOnlyMemory<byte> bytes)
    {
        _peer = peer;
        _bytes = bytes;
        try
        {
            Type = MessageCodec.PeekType(bytes.Span);
        }
        catch (MessageFormatException e)
        {
            throw new PeerProtocolException(peer, "receive", e.Message, e);
        }
    }

    /// <summary>Which message it is.</summary>
    public MessageType Type { get; }

    /// <summary>Decodes it.</summary>
    /// <exception cref="PeerProtocolException">It is another message, or malformed.</exception>
    public T Decode<T>()
        where T : IMessage<T>
    {
        try
        {
            return MessageCodec.Decode<T>(_bytes);
        }
        catch (MessageFormatException e)
        {
            throw new PeerProtocolException(_peer, $"receive {T.Descriptor.Type}", e.Message, e);
        }
    }
}
