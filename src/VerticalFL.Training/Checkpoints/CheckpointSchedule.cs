namespace VerticalFL.Training.Checkpoints;

/// <summary>
/// When the label party announces a checkpoint: every so many steps if the study says so; otherwise at the end of an epoch, and within an epoch after
/// <see cref="Longest"/>. Unasked they take at most a <see cref="Share"/>th of the time: short epochs are not slowed down by the disk.
/// </summary>
internal sealed class CheckpointSchedule(int? everySteps, TimeProvider time)
{
    /// <summary>The longest time within an epoch without a checkpoint.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>The shortest time between two checkpoints, unless the study asks for more.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    private const int Share = 20;
    private long _last = time.GetTimestamp();
    private TimeSpan _cost;

    private TimeSpan Spacing => _cost * Share is var bound && bound > Longest ? Longest : bound > Shortest ? bound : Shortest;

    /// <summary>Whether a checkpoint follows; asked once a step.</summary>
    /// <param name="step">Batches that are over by then.</param>
    /// <param name="epochIsOver">Whether an epoch ends there.</param>
    public bool IsDue(long step, bool epochIsOver) =>
        everySteps is { } n ? step % n == 0 : time.GetElapsedTime(_last) >= (epochIsOver ? Spacing : Longest);

    /// <summary>Notes that a checkpoint was written, by all parties or in vain.</summary>
    /// <param name="began">The timestamp before it.</param>
    public void Written(long began)
    {
        _cost = time.GetElapsedTime(began);
        _last = time.GetTimestamp();
    }

    public long Begin() => time.GetTimestamp();
}
