using System.Buffers.Binary;
using VerticalFL.Messages;
using VerticalFL.Transport.Links;

namespace VerticalFL.Transport.Relay;

/// <summary>
/// Typed messages over one control connection: a 4-byte big-endian length, then the message. Sends may come from anywhere, one reader at
/// a time. Used at both ends.
/// </summary>
/// <param name="stream">The encrypted stream; owned.</param>
/// <param name="peer">Who is at the other end, for messages about mistakes.</param>
/// <param name="observer">Is shown every message. Default: nobody.</param>
public sealed class ControlConnection(Stream stream, PartyId peer, IChannelObserver? observer = null) : IAsyncDisposable
{
    // Enough for the longest message head: an array header and a type number.
    private const int HeadSize = 16;
    private const int MaxMessageBytes = 8 * 1024 * 1024;

    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>Sends a message.</summary>
    /// <exception cref="IOException">The connection is broken.</exception>
    public async ValueTask SendAsync<T>(T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        byte[] bytes = MessageCodec.Encode(message);
        observer?.OnSent(peer, T.Descriptor.Type, bytes);
        var frame = new byte[4 + bytes.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, bytes.Length);
        bytes.CopyTo(frame, 4);
        await _writing.WaitAsync(cancellationToken);
        try
        {
            await stream.WriteAsync(frame, cancellationToken);
            await stream.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (e is ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("the control connection is closed", e);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Receives a message.</summary>
    /// <exception cref="EndOfStreamException">The other end hung up.</exception>
    /// <exception cref="PeerProtocolException">The bytes are no message, or one that is too long.</exception>
    public async ValueTask<ReceivedMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        var head = new byte[HeadSize];
        await stream.ReadExactlyAsync(head.AsMemory(0, 4), cancellationToken);
        int length = BinaryPrimitives.ReadInt32BigEndian(head);
        if (length is < 2 or > MaxMessageBytes)
        {
            throw new PeerProtocolException(peer, "receive control message", $"A message of {(uint)length} bytes is not allowed.");
        }

        int known = Math.Min(length, HeadSize);
        await stream.ReadExactlyAsync(head.AsMemory(0, known), cancellationToken);
        MessageType type = new ReceivedMessage(peer, head.AsMemory(0, known)).Type;
        if (length > MessageLimits.Of(type))
        {
            throw new PeerProtocolException(peer, "receive control message", $"{type} has {length} bytes; its limit is {MessageLimits.Of(type)}.");
        }

        var bytes = new byte[length];
        head.AsSpan(0, known).CopyTo(bytes);
        await stream.ReadExactlyAsync(bytes.AsMemory(known), cancellationToken);
        observer?.OnReceived(peer, type, bytes);
        return new ReceivedMessage(peer, bytes);
    }

    /// <summary>Sends a last message, as far as that goes, and waits a moment for the other end to hang up.</summary>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public Task SayLastAsync<T>(T message, TimeProvider time, CancellationToken cancellationToken)
        where T : IMessage<T> => LastWord.SayAsync(stream, token => SendAsync(message, token), time, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
    }
}
