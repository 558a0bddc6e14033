namespace VerticalFL.Agent.Reports;

/// <summary>How the model was trained.</summary>
public sealed record TrainingReport
{
    /// <summary>Epochs that were trained; of a second training see <see cref="Second"/>.</summary>
    public required int Epochs { get; init; }

    /// <summary>Batches that were trained, those of a second training too.</summary>
    public required long Steps { get; init; }

    /// <summary>How long it took, a second training included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Training rows a second, every epoch counted.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Bytes that all parties sent for it, before TLS, a second training included.</summary>
    public required long BytesSent { get; init; }

    /// <summary>The loss on the training rows in the epoch whose weights were kept.</summary>
    public required double TrainLoss { get; init; }

    /// <summary>The epoch, from 1, whose weights were kept.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>What of this was the second training; null when the study asks for none.</summary>
    public SecondTrainingReport? Second { get; init; }

    /// <summary>What it, or the first of two trainings, was expected to take, told after its first steps; null when it had too few.</summary>
    public ForecastReport? Forecast { get; init; }

    /// <summary>The most memory that the label party's process held until then, in bytes; null when it is not said.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>The losses of every epoch, and the task's main metric on validation rows.</summary>
    public IReadOnlyList<LossPoint> Losses { get; init; } = [];
}
