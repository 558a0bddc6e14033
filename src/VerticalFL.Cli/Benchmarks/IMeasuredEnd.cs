namespace VerticalFL.Cli.Benchmarks;

/// <summary>One end of what is measured: takes and gives messages of a size that is fixed by its maker.</summary>
internal interface IMeasuredEnd : IAsyncDisposable
{
    ValueTask SendAsync(CancellationToken cancellationToken);

    ValueTask ReceiveAsync(CancellationToken cancellationToken);
}
