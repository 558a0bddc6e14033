using VerticalFL.Simulation.Services;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>A <see cref="BareRelay"/> in a process of its own.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private readonly OwnedProcess _process;

    private RelayProcess(OwnedProcess process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    /// <summary>The largest resident set so far, in MiB; 0 where the system does not tell.</summary>
    public double PeakMiB => _process.PeakMiB;

    public static async Task<RelayProcess> StartAsync(string keys, CancellationToken cancellationToken)
    {
        OwnedProcess process = OwnedProcess.Start("the relay", "bench", "relay", "--keys", keys, "--owned");
        try
        {
            return new RelayProcess(process, (await process.ReadAsync<ServiceReady>(cancellationToken)).Port);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
