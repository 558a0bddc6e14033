using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Runs;

/// <summary>The newest attempt of a run that was begun at this party, for when the agent has been restarted since.</summary>
/// <param name="Number">The attempt, from 1.</param>
/// <param name="Over">Why it was over while the run was not; null while it was under way, or when it ended with the run.</param>
internal sealed record NewestAttempt(int Number, AttemptCause? Over);
