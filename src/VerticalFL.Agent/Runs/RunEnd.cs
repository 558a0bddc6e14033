using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Runs;

/// <summary>How a run ended at this party, for when the agent has been restarted since.</summary>
/// <param name="Attempt">The attempt; 0 when none was begun.</param>
/// <param name="Outcome">How it ended here.</param>
/// <param name="Error">Why, in one sentence; null when it finished.</param>
/// <param name="Cause">Of a run that was cancelled here because it ended elsewhere: how it ended there.</param>
internal sealed record RunEnd(int Attempt, RunOutcome Outcome, string? Error, RunOutcome? Cause = null);
