namespace VerticalFL.Simulation;

/// <summary>How this machine starts <c>vfl</c>: the executable itself, or <c>dotnet vfl.dll</c>; never <c>dotnet run</c>.</summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">What stands before the verb.</param>
public sealed record VflCommand(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>The command for a given <c>vfl</c> or <c>vfl.dll</c>.</summary>
    /// <exception cref="SimulationException">There is no such file.</exception>
    public static VflCommand For(string path)
    {
        if (!File.Exists(path))
        {
            throw new SimulationException($"There is no {path}: give the path of vfl or vfl.dll.");
        }

        return path.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? new VflCommand(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [path])
            : new VflCommand(path, []);
    }
}
