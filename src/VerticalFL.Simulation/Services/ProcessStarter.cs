namespace VerticalFL.Simulation.Services;

internal sealed class ProcessStarter(VflCommand vfl) : IServiceStarter
{
    public async Task<IService> StartAsync(string verb, string configuration, CancellationToken cancellationToken) =>
        await ServiceProcess.StartAsync(vfl, verb, configuration, cancellationToken);
}
