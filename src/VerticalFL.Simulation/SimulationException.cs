namespace VerticalFL.Simulation;

/// <summary>Which kind of problem kept a simulation from running.</summary>
public enum SimulationProblem
{
    /// <summary>A service could not be started, or ended early.</summary>
    Service,

    /// <summary>The folder, the study file or a party's table is missing.</summary>
    FileMissing,
}

/// <summary>A simulated consortium could not be set up or ended early. The message is one sentence with the remedy where there is one.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Makes the exception.</summary>
    public SimulationException(SimulationProblem problem, string message, Exception? inner = null)
        : base(message, inner)
    {
        Problem = problem;
    }

    /// <summary>Makes the exception.</summary>
    public SimulationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public SimulationException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception.</summary>
    public SimulationException()
    {
    }

    /// <summary>The kind of problem. Default: <see cref="SimulationProblem.Service"/>.</summary>
    public SimulationProblem Problem { get; }
}
