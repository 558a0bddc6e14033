namespace VerticalFL.Agent;

/// <summary>How an agent is doing.</summary>
/// <param name="Party">Its party.</param>
/// <param name="Connected">Whether the coordinator is reached.</param>
/// <param name="Problem">Why not, in one sentence; absent while connected.</param>
public sealed record AgentStatus(string Party, bool Connected, string? Problem);
