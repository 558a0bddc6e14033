using System.Diagnostics;
using System.Text.Json;
using VerticalFL.Simulation;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>
/// Another <c>vfl</c> that a measurement has started: it says and is told lines of JSON over its standard streams, and ends with its standard input,
/// whatever ends this process. Its errors go where ours go. Disposing ends it.
/// </summary>
internal sealed class OwnedProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _name;

    private OwnedProcess(Process process, string name) => (_process, _name) = (process, name);

    /// <summary>The operating system's number.</summary>
    public int Id => _process.Id;

    /// <summary>The largest resident set so far, in MiB; 0 where the system does not tell.</summary>
    public double PeakMiB
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 / (1024.0 * 1024.0);
        }
    }

    /// <param name="name">What it is, for errors.</param>
    /// <param name="arguments">A verb that ends with its standard input, and its options.</param>
    public static OwnedProcess Start(string name, params IEnumerable<string> arguments)
    {
        VflCommand vfl = VflCommand.For(Path.Combine(AppContext.BaseDirectory, "vfl.dll"));
        var start = new ProcessStartInfo(vfl.FileName) { RedirectStandardInput = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string argument in vfl.Arguments.Concat(arguments))
        {
            start.ArgumentList.Add(argument);
        }

        return new OwnedProcess(Process.Start(start) ?? throw new VerbException(ExitCodes.RunFailed, $"{vfl.FileName} could not be started."), name);
    }

    /// <summary>The next thing that it says.</summary>
    /// <exception cref="VerbException">It has ended.</exception>
    public async Task<T> ReadAsync<T>(CancellationToken cancellationToken)
    {
        string line = await _process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new VerbException(ExitCodes.RunFailed, $"The process of {_name} has ended before its time; its reason stands above, if it gave one.");
        return JsonSerializer.Deserialize<T>(line, JsonSerializerOptions.Web)!;
    }

    /// <summary>Tells it something.</summary>
    public async Task WriteAsync<T>(T value, CancellationToken cancellationToken)
    {
        try
        {
            await _process.StandardInput.WriteLineAsync(JsonText.Of(value).AsMemory(), cancellationToken);
            await _process.StandardInput.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            // It has ended: who reads from it next is told.
        }
    }

    public async ValueTask DisposeAsync()
    {
        using (_process)
        {
            try
            {
                _process.StandardInput.Close();
            }
            catch (IOException)
            {
                // What was still to be told to a process that has ended.
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            try
            {
                await _process.WaitForExitAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }
}
