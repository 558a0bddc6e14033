using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>The registry's events.</summary>
internal static partial class Log
{
    [LoggerMessage(5003, LogLevel.Information, "Study '{Name}' submitted as {Study}")]
    public static partial void StudySubmitted(ILogger logger, string name, string study);

    [LoggerMessage(5004, LogLevel.Warning, "A decision from {Party} was refused: {Reason}")]
    public static partial void DecisionRefused(ILogger logger, string party, string reason);

    [LoggerMessage(5005, LogLevel.Information, "Run {Run} of study {Study} started")]
    public static partial void RunStarted(ILogger logger, string run, string study);

    [LoggerMessage(5006, LogLevel.Information, "Run {Run}: {Party} ended, {Outcome}")]
    public static partial void PartyEnded(ILogger logger, string run, string party, RunOutcome outcome);
}
