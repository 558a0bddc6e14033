namespace VerticalFL.Coordinator.Console;

/// <summary>How a coordinator is doing.</summary>
/// <param name="Port">Where agents connect.</param>
/// <param name="Agents">The parties whose agents are connected.</param>
public sealed record CoordinatorStatus(int Port, IReadOnlyList<string> Agents);
