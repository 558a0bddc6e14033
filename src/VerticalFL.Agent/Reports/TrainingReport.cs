namespace VerticalFL.Agent.Reports;

/// <summary>How the model was trained.</summary>
public sealed record TrainingReport
{
    /// <summary>Epochs that were trained.</summary>
    public required int Epochs { get; init; }

    /// <summary>Batches that were trained.</summary>
    public required long Steps { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training rows a second, every epoch counted.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Bytes that all parties sent for it, before TLS.</summary>
    public required long BytesSent { get; init; }

    /// <summary>The loss on the training rows in the epoch whose weights were kept.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>The epoch, from 1, whose weights were kept.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>What it was expected to take, told after its first steps; null when it had too few.</summary>
    public ForecastReport? Forecast { get; init; }

    /// <summary>The most memory that the label party's process held until then, in bytes; null when it is not said.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>The losses of every epoch, and the task's main metric on validation rows.</summary>
    public IReadOnlyList<LossPoint> Losses { get; init; } = [];
}
