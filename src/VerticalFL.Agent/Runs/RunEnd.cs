using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Runs;

/// <summary>How a run ended at this party, for when the agent has been restarted since.</summary>
internal sealed record RunEnd(int Attempt, RunOutcome Outcome, string? Error);
