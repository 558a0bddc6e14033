using System.Runtime.CompilerServices;

namespace VerticalFL.Transport.Links;

/// <summary>
/// Collects small writes until they fill a buffer or are flushed: TLS writes one record of 16 KiB at a time, and a system call for each costs a
/// third of the throughput. Reads pass through, because TLS takes two records at a time itself. One reader and one writer at a time.
/// </summary>
internal sealed class CoalescingStream(Stream inner) : Stream
{
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(128 * 1024);
    private int _count;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        inner.ReadAsync(buffer, offset, count, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length > _buffer.Length - _count)
        {
            return SpillAsync(buffer, cancellationToken);
        }

        buffer.CopyTo(_buffer.AsMemory(_count));
        _count += buffer.Length;
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count)
    {
        Flush();
        inner.Write(buffer, offset, count);
    }

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_count > 0)
        {
            int count = _count;
            _count = 0;
            await inner.WriteAsync(_buffer.AsMemory(0, count), cancellationToken);
        }

        await inner.FlushAsync(cancellationToken);
    }

    public override void Flush()
    {
        int count = _count;
        _count = 0;
        inner.Write(_buffer, 0, count);
        inner.Flush();
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SpillAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        int count = _count;
        _count = 0;
        if (count > 0)
        {
            await inner.WriteAsync(_buffer.AsMemory(0, count), cancellationToken);
        }

        if (buffer.Length > _buffer.Length)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        buffer.CopyTo(_buffer);
        _count = buffer.Length;
    }
}
