namespace VerticalFL.Transport.Relay;

/// <summary>How an agent stands with the coordinator.</summary>
/// <param name="IsConnected">Whether the control connection is up.</param>
/// <param name="Problem">When it is not: the last refusal or failure, as one clause; null before the first try.</param>
public sealed record ControlState(bool IsConnected, string? Problem);
