namespace VerticalFL.Training.Checkpoints;

/// <summary>
/// Where one party keeps the checkpoints of one run, at most one for a step. Contents are weights and optimiser states: whoever implements it encrypts
/// them and writes them durably and as a whole.
/// </summary>
public interface ICheckpointStore
{
    /// <summary>The steps of which there is a checkpoint, in any order.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    IReadOnlyList<long> Steps();

    /// <summary>The content as it was written; null when it is not there, or is damaged.</summary>
    byte[]? Read(long step);

    /// <summary>Writes a checkpoint so that after a crash it is there as a whole or not at all.</summary>
    /// <exception cref="IOException">The disk refused; what was there still is.</exception>
    void Write(long step, ReadOnlySpan<byte> content);

    /// <summary>Deletes a checkpoint; one that is not there is no error.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    void Delete(long step);
}
