namespace VerticalFL.Transport.Tests;

/// <summary>A stream with fault switches: breaks after so many written bytes, delivers few bytes at a time, or says nothing at all.</summary>
internal sealed class SpoiltStream(Stream inner, long cutAfter = long.MaxValue, int readAtMost = int.MaxValue) : Stream
{
    private long _left = cutAfter;

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
        inner.ReadAsync(buffer[..Math.Min(buffer.Length, readAtMost)], cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length >= _left)
        {
            // What came before the cut does arrive: a frame is torn, or ends exactly here.
            await inner.WriteAsync(buffer[..(int)_left], cancellationToken);
            await inner.FlushAsync(cancellationToken);
            _left = 0;
            await inner.DisposeAsync();
            throw new IOException("cut by the test");
        }

        _left -= buffer.Length;
        await inner.WriteAsync(buffer, cancellationToken);
    }

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
