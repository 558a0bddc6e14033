using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Delivery;

/// <summary>Cuts a byte stream into frames. Its one buffer has a fixed size: a hostile length is refused, never allocated.</summary>
internal sealed class FrameReader(Stream stream, PartyId peer)
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(2 * FrameFormat.MaxFrameSize);
    private int _start;
    private int _end;

    /// <summary>The next frame.</summary>
    /// <exception cref="EndOfStreamException">The link ended; a frame that was cut off does not count.</exception>
    /// <exception cref="PeerProtocolException">The length or kind is not one of ours.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Frame> ReadAsync(CancellationToken cancellationToken)
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

        while (_end - _start < 4 + length)
        {
            await FillAsync(cancellationToken);
        }

        var body = new ReadOnlyMemory<byte>(_buffer, _start + FrameFormat.HeaderSize, length - 1);
        _start += 4 + length;
        return new Frame(kind, body);
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
        if (_start == _end)
        {
            _start = _end = 0;
        }
        else if (_buffer.Length - _start < FrameFormat.MaxFrameSize)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        int read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        if (read == 0)
        {
            throw new EndOfStreamException("the other end of the link went away");
        }

        _end += read;
    }
}
