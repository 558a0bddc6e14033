namespace VerticalFL.Messages.Studies;

/// <summary>When the parties write checkpoints, from which a run goes on after an interruption.</summary>
public sealed record CheckpointSettings
{
    /// <summary>
    /// Every so many batches. Default: null, which is at each epoch's end and after 60 seconds within an epoch, but not more often than every 2 seconds.
    /// </summary>
    public int? EverySteps { get; init; }
}
