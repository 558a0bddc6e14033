using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Messages;
using VerticalFL.Messages.MessagePack;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;

namespace VerticalFL.Transport;

/// <summary>
/// An ordered, exactly-once, typed conversation with one peer party that outlives cut links. One reader may be active at a time, and one of
/// the messages that are read apart (<see cref="ChannelOptions.Apart"/>). Specified in protocols/transport.
/// </summary>
public sealed class Channel : IAsyncDisposable
{
    private readonly DeliverySession _session;
    private readonly ChannelOptions _options;
    private long _sent;
    private long _received;

    private Channel(PartyId self, PartyId peer, DeliverySession session, ChannelOptions options)
    {
        Self = self;
        Peer = peer;
        _session = session;
        _options = options;
    }

    /// <summary>This side.</summary>
    public PartyId Self { get; }

    /// <summary>The other side.</summary>
    public PartyId Peer { get; }

    /// <summary>Bytes of the conversation's messages sent so far, before TLS.</summary>
    public long BytesSent => Interlocked.Read(ref _sent);

    /// <summary>Bytes of the conversation's messages received so far, after TLS.</summary>
    public long BytesReceived => Interlocked.Read(ref _received);

    /// <summary>Two ends in one process, without TLS: the same delivery over links in memory.</summary>
    public static (Channel A, Channel B) CreateInMemoryPair(PartyId a, PartyId b, ChannelOptions? optionsOfA = null, ChannelOptions? optionsOfB = null)
    {
        var link = new InMemoryLink();
        var binding = new ChannelBinding(default, default, 1, "memory");
        return (Start(a, b, binding, link.A, optionsOfA ?? new(), TimeProvider.System, NullLogger.Instance),
            Start(b, a, binding, link.B, optionsOfB ?? new(), TimeProvider.System, NullLogger.Instance));
    }

    /// <summary>A channel over one link that the caller has made and secured; when that link breaks, the channel is lost.</summary>
    /// <param name="self">This side.</param>
    /// <param name="peer">The other side, which does the same with the other end.</param>
    /// <param name="binding">What the channel is for.</param>
    /// <param name="link">A duplex stream; owned from here on.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="ChannelLostException">The link broke, or the peer is at something else; the reason is exact.</exception>
    public static Task<Channel> OpenOverAsync(
        PartyId self, PartyId peer, ChannelBinding binding, Stream link, ChannelOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(binding);
        ArgumentNullException.ThrowIfNull(link);
        ArgumentNullException.ThrowIfNull(options);
        return OpenAsync(self, peer, binding, new SingleLink(link), options, TimeProvider.System, NullLogger.Instance, cancellationToken);
    }

    /// <summary>Sends a message; returns when it is buffered within the flow-control window.</summary>
    /// <exception cref="ChannelLostException">The peer is gone for good.</exception>
    public async ValueTask SendAsync<T>(T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        var writer = new MessagePackWriter();
        MessageCodec.Encode(message, writer);
        ArraySegment<byte> bytes = writer.Detach();
        Interlocked.Add(ref _sent, _options.Apart.Contains(T.Descriptor.Type) ? 0 : bytes.Count);
        _options.Observer?.OnSent(Peer, T.Descriptor.Type, bytes);
        await _session.SendAsync(bytes, cancellationToken);
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

    /// <summary>
    /// As <see cref="ReceiveAsync{T}"/>, for bulk that is used up at once: the channel uses its memory again when the message is disposed,
    /// which saves an allocation and cold memory for every message.
    /// </summary>
    /// <exception cref="PeerProtocolException">It is another message, or malformed.</exception>
    /// <exception cref="ChannelLostException">The peer is gone for good.</exception>
    public async ValueTask<BorrowedMessage<T>> BorrowAsync<T>(CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        (ReceivedMessage message, byte[] memory) = await NextAsync(cancellationToken);
        return new BorrowedMessage<T>(message.Decode<T>(), memory, _session);
    }

    /// <summary>Receives the next message, whichever it is.</summary>
    /// <exception cref="PeerProtocolException">It has no known type number.</exception>
    /// <exception cref="ChannelLostException">The peer is gone for good.</exception>
    public async ValueTask<ReceivedMessage> ReceiveAnyAsync(CancellationToken cancellationToken) => (await NextAsync(cancellationToken)).Message;

    /// <summary>Receives the next message of those that are read apart, which must be of the given type.</summary>
    /// <exception cref="PeerProtocolException">It is another message, or malformed.</exception>
    /// <exception cref="ChannelLostException">The peer is gone for good.</exception>
    public async ValueTask<T> ReceiveApartAsync<T>(CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        ArraySegment<byte> bytes = await _session.ReceiveApartAsync(cancellationToken);
        return Take(bytes).Decode<T>();
    }

    /// <summary>Delivers what was sent, within <see cref="ChannelOptions.CloseTimeout"/>, and tells the peer that the channel is closed.</summary>
    public async ValueTask DisposeAsync() => await CloseAsync(_options.CloseTimeout);

    /// <summary>As <see cref="DisposeAsync"/>, with a patience of its own: a peer that is gone is not worth waiting for when nothing depends on it.</summary>
    /// <param name="within">How long what was sent may take to be delivered.</param>
    public async ValueTask CloseAsync(TimeSpan within) => await _session.CloseAsync(within);

    /// <summary>A channel over links from the given dialer, which is dialled in the background from now on.</summary>
    internal static Channel Start(
        PartyId self, PartyId peer, ChannelBinding binding, ILinkDialer dialer, ChannelOptions options, TimeProvider time, ILogger logger)
    {
        var session = new DeliverySession(self, peer, binding, dialer, options, time, logger);
        session.Start();
        return new Channel(self, peer, session, options);
    }

    /// <summary>A channel whose first link is up.</summary>
    /// <exception cref="ChannelLostException">None came up; the reason is exact.</exception>
    internal static async Task<Channel> OpenAsync(
        PartyId self, PartyId peer, ChannelBinding binding, ILinkDialer dialer, ChannelOptions options, TimeProvider time, ILogger logger,
        CancellationToken cancellationToken)
    {
        Channel channel = Start(self, peer, binding, dialer, options, time, logger);
        try
        {
            await channel._session.Opened.WaitAsync(cancellationToken);
            return channel;
        }
        catch
        {
            await channel.DisposeAsync();
            throw;
        }
    }

    private async ValueTask<(ReceivedMessage Message, byte[] Memory)> NextAsync(CancellationToken cancellationToken)
    {
        ArraySegment<byte> bytes = await _session.ReceiveAsync(cancellationToken);
        Interlocked.Add(ref _received, bytes.Count);
        return (Take(bytes), bytes.Array!);
    }

    private ReceivedMessage Take(ArraySegment<byte> bytes)
    {
        var received = new ReceivedMessage(Peer, bytes);
        _options.Observer?.OnReceived(Peer, received.Type, bytes);
        return received;
    }
}
