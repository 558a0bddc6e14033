using VerticalFL.Messages.Control;

namespace VerticalFL.Agent;

/// <summary>Events 6000-6999. Nothing here holds an identifier, a value or a key.</summary>
internal static partial class Log
{
    [LoggerMessage(6001, LogLevel.Information, "Connected to the coordinator")]
    public static partial void Connected(ILogger logger);

    [LoggerMessage(6002, LogLevel.Information, "Study '{Name}' offered as {Study}")]
    public static partial void StudyOffered(ILogger logger, string name, string study);

    [LoggerMessage(6003, LogLevel.Information, "Run {Run}, attempt {Attempt}, of study '{Study}' started")]
    public static partial void RunStarted(ILogger logger, string run, int attempt, string study);

    [LoggerMessage(6004, LogLevel.Warning, "Run {Run} refused: {Reason}")]
    public static partial void RunRefused(ILogger logger, string run, string reason);

    [LoggerMessage(6005, LogLevel.Information, "Run {Run} ended: {Outcome}. {Reason}")]
    public static partial void RunEnded(ILogger logger, string run, RunOutcome outcome, string reason);

    /// <summary>The exception's own message stays out: what nobody expected may quote a cell or an identifier.</summary>
    public static void RunCrashed(ILogger logger, string run, Exception exception) =>
        RunCrashed(logger, run, exception.GetType().Name, exception.StackTrace);

    [LoggerMessage(6006, LogLevel.Error, "Run {Run} failed unexpectedly: {Kind}, {Stack}")]
    private static partial void RunCrashed(ILogger logger, string run, string kind, string? stack);

    [LoggerMessage(6008, LogLevel.Warning, "Run {Run}, attempt {Attempt}, is over, the run is not: {Cause}. {Reason}")]
    public static partial void AttemptOver(ILogger logger, string run, int attempt, AttemptCause cause, string reason);

    [LoggerMessage(6010, LogLevel.Information, "Run {Run} takes up its alignment of {Patients} patients")]
    public static partial void AlignmentTakenUp(ILogger logger, string run, int patients);

    [LoggerMessage(6011, LogLevel.Information, "Run {Run} goes on from step {Step}")]
    public static partial void RunResumed(ILogger logger, string run, long step);

    [LoggerMessage(6012, LogLevel.Warning, "Run {Run} goes on without a checkpoint of step {Step}: '{Party}' could not write it")]
    public static partial void CheckpointNotSaved(ILogger logger, string run, long step, string party);

    [LoggerMessage(6013, LogLevel.Warning, "Run {Run}, checkpoint of step {Step}: {Problem}")]
    public static partial void CheckpointRefused(ILogger logger, string run, long step, string problem);

    [LoggerMessage(
        6014, LogLevel.Information,
        "Run {Run}: differential privacy adds noise of {RowNoise:0.##} clipping norms to every released row and {WeightNoise:0.##} to every step's weights. On the public study support2 such noise left a test AUC of about {Auc:0.00}; without it {Clear:0.00}, its label party alone {Alone:0.00}")]
    public static partial void PrivacyForecast(ILogger logger, string run, double rowNoise, double weightNoise, double auc, double clear, double alone);

    [LoggerMessage(
        6015, LogLevel.Information,
        "Run {Run}: from this party's activations of {KnownRows} known patients the others' best told column has an R2 of {Largest:0.000}, the mean over columns is {Mean:0.000}, chance {Chance:0.000}. The label party sees the sum alone, unless all other feature parties help it")]
    public static partial void OwnActivationsTell(ILogger logger, string run, double largest, double mean, int knownRows, double chance);

    [LoggerMessage(6016, LogLevel.Warning, "Old tables of predictions could not be deleted: {Problem}")]
    public static partial void TablesNotDeleted(ILogger logger, string problem);

    [LoggerMessage(
        6017, LogLevel.Information,
        "Run {Run}, key {Key}: {Usable} row(s) have an identifier of their own, {Blank} lack it, {Invalid} are not of its kind, {Repeated} have another row's. `vfl data keys` lists the lines")]
    public static partial void KeyRead(ILogger logger, string run, int key, int usable, int blank, int invalid, int repeated);

    [LoggerMessage(6018, LogLevel.Information, "Run {Run}, key {Key}: matched {Patients} patient(s) of all parties")]
    public static partial void KeyMatched(ILogger logger, string run, int key, int patients);

    [LoggerMessage(
        6019, LogLevel.Warning,
        "A peer may come with any key that the consortium's root has signed for it, so that whoever holds the root's key could stand between parties: name the peers with their pins in the policy (peers.PARTY.pin, as `vfl enroll` prints it)")]
    public static partial void PeersNotPinned(ILogger logger);

    [LoggerMessage(6007, LogLevel.Warning, "A message from the coordinator was refused: {Problem}")]
    public static partial void MessageRefused(ILogger logger, string problem);
}
