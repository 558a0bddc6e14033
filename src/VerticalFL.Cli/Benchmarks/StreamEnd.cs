namespace VerticalFL.Cli.Benchmarks;

/// <summary>A bare stream: what a channel is measured against.</summary>
internal sealed class StreamEnd(Stream stream, int size) : IMeasuredEnd
{
    private readonly byte[] _sent = new byte[size];
    private readonly byte[] _received = new byte[size];

    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        await stream.WriteAsync(_sent, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }

    public ValueTask ReceiveAsync(CancellationToken cancellationToken) => stream.ReadExactlyAsync(_received, cancellationToken);

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
