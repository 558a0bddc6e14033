using System.Text.Json.Nodes;

namespace VerticalFL.Simulation.Services;

/// <summary>Starts each service as a process of its own, and again when it is killed.</summary>
internal sealed class ProcessStarter(VflCommand vfl, int restartsPerMinute, Action<string>? note) : IServiceStarter
{
    public async Task<IService> StartAsync(string verb, string configuration, CancellationToken cancellationToken)
    {
        SupervisedService service = await SupervisedService.StartAsync(
            async ct => await ServiceProcess.StartAsync(vfl, verb, configuration, ct), restartsPerMinute, note, TimeProvider.System, cancellationToken);
        if (verb == "coordinator")
        {
            // Its first start took a free port; when it is started again, the agents look for it there.
            JsonNode settings = JsonNode.Parse(await File.ReadAllBytesAsync(configuration, cancellationToken))!;
            settings["listen"] = $"127.0.0.1:{service.Port}";
            await File.WriteAllTextAsync(configuration, settings.ToJsonString(), cancellationToken);
        }

        return service;
    }
}
