namespace VerticalFL.Training.Checkpoints;

/// <summary>With what a party keeps checkpoints during one attempt, and goes on from those of the attempts before.</summary>
public sealed record Checkpointing
{
    /// <summary>The party's store for this run.</summary>
    public required ICheckpointStore Store { get; init; }

    /// <summary>
    /// SHA-256 over what the party trains on: <see cref="Data.Preprocessing.FeatureMatrix"/> and, at the label party, the outcomes
    /// (<see cref="PreparedData"/>), and the engine that trains. A checkpoint over other data or of another engine is not used.
    /// </summary>
    public required ReadOnlyMemory<byte> DataHash { get; init; }

    /// <summary>The clock by which the label party announces checkpoints. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Called at every announced checkpoint, when this party has written it or could not, and before its answer leaves: whatever it sends travels
    /// with the answer and keeps nobody waiting. Default: nothing.
    /// </summary>
    public Func<CancellationToken, Task>? Announced { get; init; }

    /// <summary>Told where the training goes on, and of checkpoints that could not be written. Default: nobody.</summary>
    public IProgress<CheckpointNotice>? Notices { get; init; }
}
