using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>What a party that has just connected must hear of a run it is in.</summary>
/// <param name="Order">The present attempt.</param>
/// <param name="StopReason">Why the run ends; null while it goes on.</param>
/// <param name="StopCause">How it ended at the party that ended it; null where an operator did.</param>
/// <param name="AttemptOver">Whether the present attempt is over and the party must not go on with it.</param>
/// <param name="Closed">Whether every party has ended the run, by its own word.</param>
internal sealed record RunWord(RunOrder Order, string? StopReason, RunOutcome? StopCause, bool AttemptOver, bool Closed);
