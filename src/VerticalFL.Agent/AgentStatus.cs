namespace VerticalFL.Agent;

/// <summary>How an agent is doing.</summary>
/// <param name="Party">Its party.</param>
/// <param name="Connected">Whether the coordinator is reached.</param>
/// <param name="Problem">Why not, in one sentence; absent while connected.</param>
/// <param name="PrivacyLedger">What has been told of the party's patients.</param>
public sealed record AgentStatus(string Party, bool Connected, string? Problem, LedgerStatus PrivacyLedger);
