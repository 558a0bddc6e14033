using VerticalFL.Messages;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Split;

/// <summary>What the label party knows when training is over.</summary>
public sealed record LabelTrainingResult
{
    /// <summary>The model, its losses and its predictions.</summary>
    public required TrainingOutcome Outcome { get; init; }

    /// <summary>Each feature party's own account.</summary>
    public required IReadOnlyDictionary<PartyId, PartSummary> FeatureParties { get; init; }

    /// <summary>Bytes that this party has sent, before TLS.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Messages that this party has sent.</summary>
    public required long MessagesSent { get; init; }

    /// <summary>Activations of this party's own bottom model that were clamped to the ring's limit.</summary>
    public required long SaturatedActivations { get; init; }

    /// <summary>Batches that were over when this attempt took up the training; 0 when it began at the beginning.</summary>
    public long ResumedAtStep { get; init; }

    /// <summary>
    /// How long the training took, over all attempts. As with bytes and messages each step is counted once: what an interruption made the parties
    /// repeat is left out.
    /// </summary>
    public double Seconds { get; init; }

    /// <summary>Bytes that all parties together have sent, before TLS.</summary>
    public long TotalBytesSent => BytesSent + FeatureParties.Values.Sum(p => p.BytesSent);
}
