using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Split;

/// <summary>
/// Decides after each epoch: a strictly lower validation loss is kept; <see cref="TrainingPlan.Patience"/> epochs in a row without one end the
/// training with the weights that were kept (Prechelt 1998, "Early Stopping - But When?", with a minimum improvement of 0).
/// </summary>
internal sealed class EarlyStopping(TrainingPlan plan)
{
    /// <summary>The lowest validation loss so far.</summary>
    public double BestLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>The epoch whose weights are the result, once training is over.</summary>
    public int BestEpoch { get; private set; } = -1;

    /// <summary>Goes on from a checkpoint.</summary>
    public void Restore(double bestLoss, int bestEpoch) => (BestLoss, BestEpoch) = (bestLoss, bestEpoch);

    /// <summary>The decision after an epoch; the loss is null when there are no validation rows.</summary>
    public EpochOutcome Decide(int epoch, double? validationLoss)
    {
        bool last = epoch + 1 == plan.Epochs;
        if (validationLoss is not { } loss)
        {
            BestEpoch = epoch;
            return last ? EpochOutcome.Stop : EpochOutcome.Continue;
        }

        if (loss < BestLoss || BestEpoch < 0)
        {
            (BestLoss, BestEpoch) = (loss, epoch);
            return last ? EpochOutcome.Stop : EpochOutcome.KeepAndContinue;
        }

        return last || epoch - BestEpoch >= plan.Patience ? EpochOutcome.StopAndRestore : EpochOutcome.Continue;
    }
}
