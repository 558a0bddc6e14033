namespace VerticalFL.Training.Split;

/// <summary>What a feature party knows when training is over.</summary>
public sealed record FeatureTrainingResult
{
    /// <summary>Epochs that were trained.</summary>
    public required int Epochs { get; init; }

    /// <summary>Batches that were trained.</summary>
    public required long Steps { get; init; }

    /// <summary>Batches that were over when this attempt took up the training; 0 when it began at the beginning.</summary>
    public long ResumedAtStep { get; init; }

    /// <summary>SHA-256 over this party's final weights.</summary>
    public required ReadOnlyMemory<byte> PartHash { get; init; }

    /// <summary>SHA-256 over all parties' hashes in ordinal order, as the label party announced and this party checked.</summary>
    public required ReadOnlyMemory<byte> ModelHash { get; init; }

    /// <summary>Bytes sent to all parties, before TLS.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Messages sent to all parties.</summary>
    public required long MessagesSent { get; init; }

    /// <summary>Activations that were clamped to the ring's limit; never sent. Many of them mean that the model does not train well.</summary>
    public required long SaturatedActivations { get; init; }

    /// <summary>Gradient rows that were shortened to this party's bound; never sent. An honest training has none or few.</summary>
    public required long ShortenedGradients { get; init; }
}
