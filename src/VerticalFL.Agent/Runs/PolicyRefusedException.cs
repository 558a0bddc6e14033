namespace VerticalFL.Agent.Runs;

/// <summary>A run met a limit of this party's policy that only the data could show.</summary>
internal sealed class PolicyRefusedException(string message) : Exception(message);
