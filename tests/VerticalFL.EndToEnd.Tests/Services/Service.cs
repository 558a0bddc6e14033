using VerticalFL.Agent;
using VerticalFL.Coordinator;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>An agent or coordinator, as a host in this process or in a process of its own.</summary>
internal sealed class Service : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<int> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private VflProcess? _process;

    public Task Running { get; private set; } = Task.CompletedTask;

    public int Port { get; private set; }

    public static async Task<Service> StartAsync(string configuration)
    {
        var service = new Service();
        service.Running = Path.GetFileName(configuration) == "coordinator.json"
            ? CoordinatorHost.RunAsync(CoordinatorOptions.Load(configuration), service._ready.SetResult, service._stop.Token)
            : AgentHost.RunAsync(AgentOptions.Load(configuration), () => service._ready.SetResult(0), service._stop.Token);
        if (await Task.WhenAny(service._ready.Task, service.Running).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken) == service.Running)
        {
            await service.Running;
            throw new InvalidOperationException("The service ended at once.");
        }

        service.Port = await service._ready.Task;
        return service;
    }

    /// <summary>The same as a person starts it, in a process of its own.</summary>
    public static async Task<Service> LaunchAsync(string configuration)
    {
        VflProcess process = await VflProcess.StartAsync(Path.GetFileName(configuration) == "coordinator.json" ? "coordinator" : "agent", configuration);
        return new Service { _process = process, Port = process.Port };
    }

    /// <summary>Kills a service that has a process of its own.</summary>
    public Task KillAsync() => _process!.KillAsync();

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            await process.StopAsync();
            await process.DisposeAsync();
        }

        await _stop.CancelAsync();
        await Running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
