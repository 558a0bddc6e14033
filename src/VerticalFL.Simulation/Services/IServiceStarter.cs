namespace VerticalFL.Simulation.Services;

/// <summary>How the services of a simulated consortium are started.</summary>
internal interface IServiceStarter
{
    /// <summary>Starts a service and waits until it is ready.</summary>
    /// <param name="verb"><c>coordinator</c> or <c>agent</c>.</param>
    /// <param name="configuration">Its configuration file.</param>
    /// <param name="cancellationToken">Gives up; nothing stays behind.</param>
    /// <exception cref="SimulationException">It did not become ready.</exception>
    Task<IService> StartAsync(string verb, string configuration, CancellationToken cancellationToken);
}
