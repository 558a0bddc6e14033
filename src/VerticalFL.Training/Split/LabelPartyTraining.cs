using VerticalFL.Messages;
using VerticalFL.Training.Engines;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>The label party's side of the split training (<c>protocols/training/README.md</c>, section 5).</summary>
public static class LabelPartyTraining
{
    /// <summary>Trains, decides when to stop, and predicts; afterwards both models hold the weights of the result.</summary>
    /// <param name="context">Which training.</param>
    /// <param name="own">This party's bottom model over its prepared table in cohort order.</param>
    /// <param name="top">The top model.</param>
    /// <param name="outcome">The outcomes.</param>
    /// <param name="rows">The row assignment as sent.</param>
    /// <param name="featureParties">Channels to every feature party of the study.</param>
    /// <param name="progress">Told after each epoch; may be null.</param>
    /// <param name="cancellationToken">Ends the training; the weights are then undefined.</param>
    /// <exception cref="PeerProtocolException">A peer broke the protocol.</exception>
    /// <exception cref="ChannelLostException">A peer is gone for good.</exception>
    /// <exception cref="NonFiniteException">The numbers have run out of range.</exception>
    /// <exception cref="ArgumentException">Context, channels, models, targets and rows do not fit together.</exception>
    public static Task<LabelTrainingResult> RunAsync(
        TrainingContext context, IBottomModel own, TopModel top, CohortOutcome outcome, RowAssignment rows,
        IReadOnlyDictionary<PartyId, Channel> featureParties, IProgress<TrainingProgress>? progress, CancellationToken cancellationToken) =>
        RunAsync(context, own, top, outcome, rows, featureParties, progress, TrainingSwitches.Default, cancellationToken);

    internal static Task<LabelTrainingResult> RunAsync(
        TrainingContext context, IBottomModel own, TopModel top, CohortOutcome outcome, RowAssignment rows,
        IReadOnlyDictionary<PartyId, Channel> featureParties, IProgress<TrainingProgress>? progress, TrainingSwitches switches,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(own);
        ArgumentNullException.ThrowIfNull(top);
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(featureParties);
        Participants.Check(context, featureParties);
        if (own.TableRows != rows.Count || outcome.Count != rows.Count || own.CutWidth != top.CutWidth)
        {
            throw new ArgumentException(
                $"Table ({own.TableRows} rows), outcomes ({outcome.Count}) and cohort ({rows.Count}), or the cuts ({own.CutWidth}, {top.CutWidth}), differ.");
        }

        return new LabelPartySession(context, own, top, outcome, rows, new PeerLinks(featureParties), switches).RunAsync(progress, cancellationToken);
    }
}
