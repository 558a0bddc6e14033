using VerticalFL.Messages;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Split;

/// <summary>The losses of one epoch.</summary>
/// <param name="Train">The mean over the epoch's batches, weighted by their rows, with dropout at work.</param>
/// <param name="Validation">The loss on the validation rows after the epoch; null without early stopping.</param>
/// <param name="Metric">How good the predictions of these rows are (<see cref="TrainingContext.ValidationMetric"/>); null where nobody judges them.</param>
public sealed record EpochLoss(double Train, double? Validation, double? Metric = null);

/// <summary>The top model's outputs on the rows of one part.</summary>
/// <param name="Part">The part.</param>
/// <param name="Rows">Cohort rows, ascending.</param>
/// <param name="Outputs">Rows x outputs: logits, standardised numbers or log risks, as the loss defines them.</param>
public sealed record PartPredictions(RowPart Part, IReadOnlyList<int> Rows, float[] Outputs);

/// <summary>The top model's outputs on the test rows when only some feature parties are present.</summary>
/// <param name="Present">The feature parties that are present, ordinally.</param>
/// <param name="Test">Their outputs with the label party's.</param>
public sealed record SubsetPredictions(IReadOnlyList<PartyId> Present, PartPredictions Test);

/// <summary>A trained model as the label party knows it, whether trained across parties or in one place.</summary>
public sealed record TrainingOutcome
{
    /// <summary>The losses, one entry per epoch.</summary>
    public required IReadOnlyList<EpochLoss> Losses { get; init; }

    /// <summary>The epoch, from 0, after which the result's weights stood.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>Batches that were trained.</summary>
    public required long Steps { get; init; }

    /// <summary>Rows that went through training steps, counted once per epoch.</summary>
    public required long RowsTrained { get; init; }

    /// <summary>Every party's name with the hash of its weights, in ordinal order.</summary>
    public required IReadOnlyList<ModelPart> Parts { get; init; }

    /// <summary>SHA-256 over the parts' hashes in that order: <c>model.sha256</c> of the report.</summary>
    public required ReadOnlyMemory<byte> ModelHash { get; init; }

    /// <summary>Outputs with the result's weights on training, validation (if any) and test rows. They stay with the label party.</summary>
    public required IReadOnlyList<PartPredictions> Predictions { get; init; }

    /// <summary>
    /// Outputs with the result's weights on the test rows for each subset of the feature parties that the study lets be the only ones present, from none of
    /// them to all (<see cref="Messages.Studies.PartySubsets"/>). Empty where it lets nobody be absent.
    /// </summary>
    public IReadOnlyList<SubsetPredictions> Subsets { get; init; } = [];

    /// <summary>The outputs of one part.</summary>
    /// <exception cref="ArgumentException">The part has no rows.</exception>
    public PartPredictions PredictionsOf(RowPart part) =>
        Predictions.FirstOrDefault(p => p.Part == part) ?? throw new ArgumentException($"There are no {part} rows.", nameof(part));
}
