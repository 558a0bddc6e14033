using System.Diagnostics;

namespace VerticalFL.Simulation.Services;

/// <summary>
/// A service in an operating-system process of its own. The child holds the other end of its standard input and ends when that
/// closes, so it never outlives this process, however this process dies.
/// </summary>
internal sealed class ServiceProcess : IService
{
    private const int SignalExitCodes = 128;
    private static readonly TimeSpan ReadyWithin = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan SignalArrivesWithin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(10);
    private readonly Process _process;
    private readonly string _name;
    private readonly Queue<string> _errors = new();
    private readonly Task _readErrors;
    private Task _readOutput = Task.CompletedTask;

    private ServiceProcess(Process process, string name)
    {
        _process = process;
        _name = name;
        _readErrors = ReadErrorsAsync();
        Ended = WaitAsync();
    }

    public int Port { get; private set; }

    public Task<string> Ended { get; }

    public static async Task<ServiceProcess> StartAsync(VflCommand vfl, string verb, string configuration, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(vfl.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (string argument in vfl.Arguments.Concat([verb, "--config", configuration, "--owned"]))
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start) ?? throw new SimulationException($"{vfl.FileName} could not be started.");
        var service = new ServiceProcess(process, $"vfl {verb} ({Path.GetFileName(Path.GetDirectoryName(configuration))})");
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(ReadyWithin);
            while (true)
            {
                string? line = await process.StandardOutput.ReadLineAsync(limit.Token);
                if (line is null)
                {
                    string why = await service.Ended;

                    // Ctrl-C reaches the whole process group: a child that is still starting may die of it before this process has heard it.
                    await Task.Delay(SignalArrivesWithin, cancellationToken);
                    throw new SimulationException(why);
                }

                if (ServiceReady.TryParse(line) is { } ready)
                {
                    service.Port = ready.Port;
                    service._readOutput = service.DrainOutputAsync();
                    return service;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            await service.DisposeAsync();
            throw new SimulationException($"{service._name} was not ready within {ReadyWithin.TotalSeconds:0} seconds.");
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _process.StandardInput.Close();
            using var limit = new CancellationTokenSource(EndWithin);
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }
        catch (IOException)
        {
            // The pipe is already broken: the process is ending or has ended.
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await Task.WhenAll(_readErrors, _readOutput, Ended);
        _process.Dispose();
    }

    private async Task<string> WaitAsync()
    {
        await _process.WaitForExitAsync(CancellationToken.None);
        await _readErrors;
        if (_process.ExitCode > SignalExitCodes)
        {
            // Its last words were about something else.
            return $"{_name} was killed by signal {_process.ExitCode - SignalExitCodes}.";
        }

        string last;
        lock (_errors)
        {
            last = string.Join(" ", _errors.TakeLast(3));
        }

        return $"{_name} ended with exit code {_process.ExitCode}{(last.Length > 0 ? ": " + last : ".")}";
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_errors)
            {
                _errors.Enqueue(line);
                if (_errors.Count > 200)
                {
                    _errors.Dequeue();
                }
            }
        }
    }

    private async Task DrainOutputAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync(CancellationToken.None) is not null)
        {
        }
    }
}
