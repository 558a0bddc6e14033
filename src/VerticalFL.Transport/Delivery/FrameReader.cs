using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// Cuts a byte stream into frames. A frame's head is checked before anything is done for its body; the body is then read to where the
/// caller wants it, so that bulk is not copied on its way. A hostile length is refused, never allocated.
/// </summary>
internal sealed class FrameReader(Stream stream, PartyId peer, TimeProvider time)
{
    // Room for several small frames at once; a larger one would only be copied out of it again.
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(4 * 1024);
    private byte[] _body = new byte[64];
    private int _start;
    private int _end;
    private long _lastHeard = time.GetTimestamp();

    /// <summary>When the last bytes came, whichever they were, as a timestamp of the clock.</summary>
    public long LastHeard => Volatile.Read(ref _lastHeard);

    /// <summary>The head of the next frame; its body must be read before the next head.</summary>
    /// <exception cref="EndOfStreamException">The link ended; a frame that was cut off does not count.</exception>
    /// <exception cref="PeerProtocolException">The length or kind is not one of ours.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<FrameHead> ReadHeadAsync(CancellationToken cancellationToken)
    {
        while (_end - _start < FrameFormat.HeaderSize)
        {
            await FillAsync(cancellationToken);
        }

        int length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_start));
        var kind = (FrameKind)_buffer[_start + 4];
        if (length < 1 || length > MaxLength(kind))
        {
            throw new PeerProtocolException(peer, "receive frame", $"A frame of kind {(int)kind} and length {(uint)length} is not allowed.");
        }

        _start += FrameFormat.HeaderSize;
        return new FrameHead(kind, length - 1);
    }

    /// <summary>Reads so much of the body, all or the next part of it.</summary>
    /// <exception cref="EndOfStreamException">The link ended.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReadBodyAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        int buffered = Math.Min(into.Length, _end - _start);
        _buffer.AsSpan(_start, buffered).CopyTo(into.Span);
        _start += buffered;
        for (into = into[buffered..]; !into.IsEmpty;)
        {
            into = into[await ReadAsync(into, cancellationToken)..];
        }
    }

    /// <summary>The whole next frame; its body is valid until the next one is read.</summary>
    /// <exception cref="EndOfStreamException">The link ended; a frame that was cut off does not count.</exception>
    /// <exception cref="PeerProtocolException">The length or kind is not one of ours.</exception>
    public async ValueTask<Frame> ReadAsync(CancellationToken cancellationToken) => await ReadBodyAsync(await ReadHeadAsync(cancellationToken), cancellationToken);

    /// <summary>The rest of a frame; its body is valid until the next one is read.</summary>
    /// <exception cref="EndOfStreamException">The link ended.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Frame> ReadBodyAsync(FrameHead head, CancellationToken cancellationToken)
    {
        if (head.BodyLength > _body.Length)
        {
            _body = new byte[head.BodyLength];
        }

        Memory<byte> body = _body.AsMemory(0, head.BodyLength);
        await ReadBodyAsync(body, cancellationToken);
        return new Frame(head.Kind, body);
    }

    private static int MaxLength(FrameKind kind) => kind switch
    {
        FrameKind.Hello => 1 + FrameFormat.MaxHelloBytes,
        FrameKind.Welcome or FrameKind.Ack or FrameKind.Closed => 1 + 8,
        FrameKind.Refusal => 1 + FrameFormat.MaxReasonBytes,
        FrameKind.DataFirst => 1 + 8 + 4 + FrameFormat.ChunkSize,
        FrameKind.DataNext => 1 + 8 + FrameFormat.ChunkSize,
        FrameKind.Heartbeat or FrameKind.Close => 1,
        _ => 0,
    };

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        _end += await ReadAsync(_buffer.AsMemory(_end), cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadAsync(Memory<byte> into, CancellationToken cancellationToken)
    {
        int read = await stream.ReadAsync(into, cancellationToken);
        Volatile.Write(ref _lastHeard, time.GetTimestamp());
        return read > 0 ? read : throw new EndOfStreamException("the other end of the link went away");
    }
}
