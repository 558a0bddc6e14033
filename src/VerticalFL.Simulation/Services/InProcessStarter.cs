using Microsoft.Extensions.Logging;
using VerticalFL.Agent;
using VerticalFL.Coordinator;

namespace VerticalFL.Simulation.Services;

/// <summary>Starts services as hosts in this process, which keep their logs off its standard error: what notebooks and tests use.</summary>
internal sealed class InProcessStarter : IServiceStarter
{
    public async Task<IService> StartAsync(string verb, string configuration, CancellationToken cancellationToken)
    {
        var service = new HostedService();
        await service.StartAsync(verb, configuration, cancellationToken);
        return service;
    }

    private sealed class HostedService : IService
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly TaskCompletionSource<int> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Port { get; private set; }

        public Task<string> Ended { get; private set; } = Task.FromResult("");

        public async Task StartAsync(string verb, string configuration, CancellationToken cancellationToken)
        {
            Ended = RunAsync(verb, configuration);
            if (await Task.WhenAny(_ready.Task, Ended).WaitAsync(cancellationToken) == Ended)
            {
                throw new SimulationException(await Ended);
            }

            Port = await _ready.Task;
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Ended;
            _stop.Dispose();
        }

        private async Task<string> RunAsync(string verb, string configuration)
        {
            await Task.Yield();
            try
            {
                if (verb == "coordinator")
                {
                    await CoordinatorHost.RunAsync(CoordinatorOptions.Load(configuration) with { LogLevel = LogLevel.Error }, port => _ready.TrySetResult(port), _stop.Token);
                }
                else
                {
                    await AgentHost.RunAsync(AgentOptions.Load(configuration) with { LogLevel = LogLevel.Error }, () => _ready.TrySetResult(0), _stop.Token);
                }

                return $"The {verb} was stopped.";
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                return $"The {verb} ended: {e.Message}";
            }
        }
    }
}
