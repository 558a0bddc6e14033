using System.Diagnostics;
using System.Text.Json;
using VerticalFL.Simulation;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>A <see cref="BareRelay"/> in a process of its own, which ends with its standard input.</summary>
internal sealed class RelayProcess : IAsyncDisposable
{
    private readonly Process _process;

    private RelayProcess(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>The largest resident set so far, in MiB; 0 where the system does not tell.</summary>
    public double PeakMiB
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / (1024.0 * 1024.0);
        }
    }

    public static async Task<RelayProcess> StartAsync(string keys, CancellationToken cancellationToken)
    {
        VflCommand vfl = VflCommand.For(Path.Combine(AppContext.BaseDirectory, "vfl.dll"));
        var start = new ProcessStartInfo(vfl.FileName) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in vfl.Arguments.Concat(["bench", "relay", "--keys", keys, "--owned"]))
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start) ?? throw new IOException($"{vfl.FileName} could not be started.");
        try
        {
            string line = await process.StandardOutput.ReadLineAsync(cancellationToken)
                ?? throw new IOException("The relay ended before it was ready; its reason stands above.");
            using JsonDocument ready = JsonDocument.Parse(line);
            return new RelayProcess(process, ready.RootElement.GetProperty("port").GetInt32());
        }
        catch
        {
            await EndAsync(process);
            throw;
        }
    }

    public ValueTask DisposeAsync() => EndAsync(_process);

    private static async ValueTask EndAsync(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }
}
