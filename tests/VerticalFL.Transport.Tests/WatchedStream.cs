namespace VerticalFL.Transport.Tests;

/// <summary>A stream that tells what its reader has got, and whether it has come back for more.</summary>
internal sealed class WatchedStream(Stream inner) : Stream
{
    private long _read;
    private int _waiting;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Whether the reader has got so many bytes, has dealt with them, and waits for the next.</summary>
    public bool HasDealtWith(long bytes) => Volatile.Read(ref _waiting) == 1 && Interlocked.Read(ref _read) >= bytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref _waiting, 1);
        int read = await inner.ReadAsync(buffer, cancellationToken);
        Volatile.Write(ref _waiting, 0);
        Interlocked.Add(ref _read, read);
        return read;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

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
}
