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

    [LoggerMessage(5007, LogLevel.Warning, "Run {Run}, attempt {Attempt}, is over at {Party}: {Cause}")]
    public static partial void AttemptOver(ILogger logger, string run, int attempt, string party, AttemptCause cause);

    [LoggerMessage(5008, LogLevel.Information, "Run {Run}, attempt {Attempt}, started")]
    public static partial void AttemptStarted(ILogger logger, string run, int attempt);

    [LoggerMessage(5009, LogLevel.Information, "Run {Run} paused")]
    public static partial void RunPaused(ILogger logger, string run);

    [LoggerMessage(5010, LogLevel.Information, "Run {Run} resumed")]
    public static partial void RunResumed(ILogger logger, string run);

    [LoggerMessage(5011, LogLevel.Error, "The registry cannot be written: {Problem}")]
    public static partial void RegistryFailed(ILogger logger, string problem);

    [LoggerMessage(5012, LogLevel.Information, "Prediction {Run} with a model of study {Study} started")]
    public static partial void PredictionStarted(ILogger logger, string run, string study);

    [LoggerMessage(5013, LogLevel.Warning, "Prediction {Run} that '{Party}' asked for was refused: {Reason}")]
    public static partial void PredictionRefused(ILogger logger, string run, string party, string reason);

    [LoggerMessage(5006, LogLevel.Information, "Run {Run}: {Party} ended, {Outcome}")]
    public static partial void PartyEnded(ILogger logger, string run, string party, RunOutcome outcome);
}
