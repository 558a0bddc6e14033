namespace VerticalFL.Messages.Training;

/// <summary>What names one checkpoint between parties.</summary>
/// <param name="Step">Batches that were over when it was written, from 1.</param>
/// <param name="Transcript">The hash of all that the label party had sent to all feature parties alike until then, 32 bytes.</param>
public sealed record CheckpointMark(long Step, ReadOnlyMemory<byte> Transcript)
{
    /// <summary>The size of a transcript's hash, in bytes.</summary>
    public const int TranscriptSize = 32;

    /// <inheritdoc/>
    public bool Equals(CheckpointMark? other) => other is not null && Step == other.Step && Transcript.Span.SequenceEqual(other.Transcript.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => Step.GetHashCode();
}
