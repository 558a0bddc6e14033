using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>A vfl service in a process of its own, as a person starts it in a terminal.</summary>
internal sealed partial class VflProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private readonly Task _reading;

    private VflProcess(Process process)
    {
        _process = process;
        _reading = ReadLogAsync();
    }

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    public int Port { get; private set; }

    public static async Task<VflProcess> StartAsync(string verb, string config)
    {
        VflProcess service = Launch(verb, "--config", config, "--json");
        string? line = await service._process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromMinutes(4));
        Assert.True(line is not null, "The service ended before it was ready: " + service.Log);
        service.Port = JsonDocument.Parse(line).RootElement.GetProperty("port").GetInt32();
        return service;
    }

    public static VflProcess Launch(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        foreach (string argument in arguments.Prepend(Path.Combine(AppContext.BaseDirectory, "vfl.dll")))
        {
            start.ArgumentList.Add(argument);
        }

        return new VflProcess(Process.Start(start)!);
    }

    /// <summary>SIGTERM, as systemd sends it.</summary>
    public async Task<int> TerminateAsync() => await SignalAsync(15);

    /// <summary>SIGINT, as Ctrl-C sends it.</summary>
    public async Task<int> InterruptAsync() => await SignalAsync(2);

    /// <summary>SIGTERM to a process that may have ended already.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            await TerminateAsync();
        }
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await WaitAsync();
    }

    public async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(4));
        await _reading;
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        await _reading;
        _process.Dispose();
    }

    private async Task<int> SignalAsync(int signal)
    {
        Assert.Equal(0, Kill(_process.Id, signal));
        return await WaitAsync();
    }

    private async Task ReadLogAsync()
    {
        while (await _process.StandardError.ReadLineAsync(CancellationToken.None) is { } line)
        {
            lock (_log)
            {
                _log.AppendLine(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
