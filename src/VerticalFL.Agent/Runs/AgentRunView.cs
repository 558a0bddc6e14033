using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Runs;

/// <summary>A run as its own party sees it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Study">The study's id.</param>
/// <param name="Station">Where it is.</param>
/// <param name="Percent">How much of the station is done.</param>
/// <param name="Outcome">How it ended; absent while it runs.</param>
/// <param name="Error">Why it did not finish, in one sentence; absent otherwise.</param>
/// <param name="HasReport">Whether a report lies here: only at the label party.</param>
public sealed record AgentRunView(string Run, string Study, Station Station, int Percent, RunOutcome? Outcome, string? Error, bool HasReport);
