namespace VerticalFL.Simulation;

/// <summary>How a consortium is simulated.</summary>
public sealed record SimulationOptions
{
    /// <summary>
    /// The <c>vfl</c> to start the coordinator and each agent with, as processes of their own. Default: none, they run as hosts in the
    /// caller's process, over the same loopback TCP and TLS.
    /// </summary>
    public VflCommand? Vfl { get; init; }
}
