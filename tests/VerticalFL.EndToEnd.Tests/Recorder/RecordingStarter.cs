using VerticalFL.Agent;
using VerticalFL.Coordinator;
using VerticalFL.Messages;
using VerticalFL.Simulation;
using VerticalFL.Simulation.Services;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>Starts the services in this process: every agent with its seams, all of them dialling the tap instead of the coordinator.</summary>
internal sealed class RecordingStarter(Func<PartyId, AgentSeams> seamsOf) : IServiceStarter
{
    public RelayTap? Tap { get; private set; }

    public async Task<IService> StartAsync(string verb, string configuration, CancellationToken cancellationToken)
    {
        var ready = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var stop = new CancellationTokenSource();
        Task<string> ended = Task.Run(() => RunAsync(verb, configuration, ready, stop.Token), CancellationToken.None);
        if (await Task.WhenAny(ready.Task, ended).WaitAsync(cancellationToken) == ended)
        {
            throw new SimulationException(await ended);
        }

        int port = await ready.Task;
        if (verb != "coordinator")
        {
            return new Service(0, ended, stop, null);
        }

        Tap = new RelayTap(port);
        return new Service(Tap.Port, ended, stop, Tap);
    }

    private async Task<string> RunAsync(string verb, string configuration, TaskCompletionSource<int> ready, CancellationToken cancellationToken)
    {
        try
        {
            if (verb == "coordinator")
            {
                await CoordinatorHost.RunAsync(CoordinatorOptions.Load(configuration), port => ready.TrySetResult(port), cancellationToken);
            }
            else
            {
                AgentOptions options = AgentOptions.Load(configuration);
                await AgentHost.RunAsync(options, seamsOf(options.PartyId), () => ready.TrySetResult(0), cancellationToken);
            }

            return $"The {verb} was stopped.";
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return $"The {verb} ended: {e.Message}";
        }
    }

    private sealed class Service(int port, Task<string> ended, CancellationTokenSource stop, RelayTap? tap) : IService
    {
        public int Port => port;

        public Task<string> Ended => ended;

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await ended;
            stop.Dispose();
            if (tap is not null)
            {
                await tap.DisposeAsync();
            }
        }
    }
}
