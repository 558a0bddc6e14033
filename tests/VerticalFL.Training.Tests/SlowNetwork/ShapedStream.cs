namespace VerticalFL.Training.Tests.SlowNetwork;

/// <summary>
/// A stream whose writes arrive as late as a <see cref="ShapedNetwork"/> lets them; reading is not touched, for the other end shapes its own writes.
/// </summary>
internal sealed class ShapedStream : Stream
{
    /// <summary>Bytes that travel together: small beside a message, so that both lines work at once.</summary>
    private const int Packet = 4096;

    /// <summary>How far ahead of the line a host may write: what a network card and its queue hold.</summary>
    private static readonly TimeSpan Queue = TimeSpan.FromMilliseconds(10);

    private readonly Stream _socket;
    private readonly ShapedNetwork _network;
    private readonly ShapedHost _from;
    private readonly ShapedHost _to;
    private readonly TaskCompletionSource _delivered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Packets, and the stream itself until it is closed.
    private int _underWay = 1;
    private int _closed;

    public ShapedStream(Stream socket, ShapedNetwork network, ShapedHost from, ShapedHost to) =>
        (_socket, _network, _from, _to) = (socket, network, from, to);

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        for (int start = 0; start < buffer.Length; start += Packet)
        {
            byte[] packet = buffer.Slice(start, Math.Min(Packet, buffer.Length - start)).ToArray();
            TimeSpan sent = _from.Up.Carry(_network.Now, packet.Length);
            Interlocked.Increment(ref _underWay);
            _to.Send(new ShapedHost.Packet(sent + _network.OneWay, packet, this));
            await _network.WaitUntilAsync(sent - Queue);
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _socket.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _socket.ReadAsync(buffer, offset, count, cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Hands over what has arrived; whoever has closed the socket wants no more.</summary>
    public async Task DeliverAsync(byte[] bytes)
    {
        try
        {
            await _socket.WriteAsync(bytes);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
        }

        Leave();
    }

    /// <summary>Waits for what is under way.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
        {
            Leave();
        }

        await _delivered.Task;
        await _socket.DisposeAsync();
        await base.DisposeAsync();
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _underWay) == 0)
        {
            _delivered.SetResult();
        }
    }
}
