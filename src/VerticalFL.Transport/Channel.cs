using System.Threading.Channels;
using VerticalFL.Messages;

namespace VerticalFL.Transport;

/// <summary>
/// An ordered, exactly-once, typed conversation with one peer party. One reader and one writer may be active at a time.
/// </summary>
public sealed class Channel : IAsyncDisposable
{
    private readonly System.Threading.Channels.ChannelReader<byte[]> _incoming;
    private readonly System.Threading.Channels.ChannelWriter<byte[]> _outgoing;
    private readonly ChannelOptions _options;
    private long _sent;
    private long _received;

    private Channel(PartyId self, PartyId peer, ChannelReader<byte[]> incoming, ChannelWriter<byte[]> outgoing, ChannelOptions options)
    {
        Self = self;
        Peer = peer;
        _incoming = incoming;
        _outgoing = outgoing;
        _options = options;
    }

    /// <summary>This side.</summary>
    public PartyId Self { get; }

    /// <summary>The other side.</summary>
    public PartyId Peer { get; }

    /// <summary>Bytes of messages sent so far, before TLS.</summary>
    public long BytesSent => Interlocked.Read(ref _sent);

    /// <summary>Bytes of messages received so far, after TLS.</summary>
    public long BytesReceived => Interlocked.Read(ref _received);

    /// <summary>Two ends in one process.</summary>
    public static (Channel A, Channel B) CreateInMemoryPair(PartyId a, PartyId b, ChannelOptions? optionsOfA = null, ChannelOptions? optionsOfB = null)
    {
        var ab = System.Threading.Channels.Channel.CreateBounded<byte[]>(64);
        var ba = System.Threading.Channels.Channel.CreateBounded<byte[]>(64);
        return (new Channel(a, b, ba.Reader, ab.Writer, optionsOfA ?? new()), new Channel(b, a, ab.Reader, ba.Writer, optionsOfB ?? new()));
    }

    /// <summary>Sends a message; returns when it is buffered within the flow-control window.</summary>
    /// <exception cref="ChannelLostException">The peer is gone for good.</exception>
    public async ValueTask SendAsync<T>(T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        byte[] bytes = MessageCodec.Encode(message);
        Interlocked.Add(ref _sent, bytes.Length);
        _options.Observer?.OnSent(Peer, T.Descriptor.Type, bytes);
        try
        {
            await _outgoing.WriteAsync(bytes, cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new ChannelLostException(Peer, "the channel was closed", e);
        }
    }

    /// <summary>Receives the next message, which must be of the given type.</summary>
    /// <exception cref="PeerProtocolException">It is another message, or malformed.</exception>
    /// <exception cref="ChannelLostException">The peer is gone for good.</exception>
    public async ValueTask<T> ReceiveAsync<T>(CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        ReceivedMessage message = await ReceiveAnyAsync(cancellationToken);
        return message.Decode<T>();
    }

    /// <summary>Receives the next message, whichever it is.</summary>
    /// <exception cref="PeerProtocolException">It has no known type number.</exception>
    /// <exception cref="ChannelLostException">The peer is gone for good.</exception>
    public async ValueTask<ReceivedMessage> ReceiveAnyAsync(CancellationToken cancellationToken)
    {
        byte[] bytes;
        try
        {
            bytes = await _incoming.ReadAsync(cancellationToken);
        }
        catch (ChannelClosedException e)
        {
            throw new ChannelLostException(Peer, "the channel was closed", e);
        }

        Interlocked.Add(ref _received, bytes.Length);
        var received = new ReceivedMessage(Peer, bytes);
        _options.Observer?.OnReceived(Peer, received.Type, bytes);
        return received;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _outgoing.TryComplete();
        return ValueTask.CompletedTask;
    }
}
