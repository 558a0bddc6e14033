namespace VerticalFL.Simulation.Services;

/// <summary>A running coordinator or agent of a simulated consortium: a process of its own, or a host in this one.</summary>
internal interface IService : IAsyncDisposable
{
    /// <summary>The port that the coordinator listens on; 0 for an agent.</summary>
    int Port { get; }

    /// <summary>Completes when the service has ended, whether asked or not; the text says why, as far as it is known.</summary>
    Task<string> Ended { get; }
}
