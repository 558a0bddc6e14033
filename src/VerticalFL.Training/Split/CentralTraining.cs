using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Engines;
using VerticalFL.Training.SecureAggregation;

namespace VerticalFL.Training.Split;

/// <summary>
/// The same network trained in one place, without channels and masks: the reference that split training must equal bit for bit, and, with the label
/// party's bottom only, the baseline of what that party reaches alone. Written apart from the split loops on purpose.
/// </summary>
public static class CentralTraining
{
    /// <summary>Trains and predicts; afterwards all models hold the weights of the result.</summary>
    /// <param name="study">The study. Label protection is not applied: nothing leaves.</param>
    /// <param name="bottoms">Bottom models over tables in cohort order; with the label party's only, its baseline.</param>
    /// <param name="top">The top model.</param>
    /// <param name="outcome">The outcomes.</param>
    /// <param name="rows">The row assignment.</param>
    /// <param name="progress">Told after each epoch; may be null.</param>
    /// <param name="cancellationToken">Ends the training; the weights are then undefined.</param>
    /// <exception cref="NonFiniteException">The numbers have run out of range.</exception>
    /// <exception cref="ArgumentException">The label party's bottom is missing, or shapes do not fit together.</exception>
    public static TrainingOutcome Run(
        Study study, IReadOnlyDictionary<PartyId, IBottomModel> bottoms, TopModel top, CohortOutcome outcome, RowAssignment rows,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(bottoms);
        ArgumentNullException.ThrowIfNull(top);
        ArgumentNullException.ThrowIfNull(outcome);
        ArgumentNullException.ThrowIfNull(rows);
        if (!bottoms.ContainsKey(study.LabelParty) || outcome.Count != rows.Count
            || bottoms.Values.Any(b => b.TableRows != rows.Count || b.CutWidth != top.CutWidth))
        {
            throw new ArgumentException("Bottoms, top, outcomes and rows must share one cohort and one cut, and include the label party.");
        }

        var losses = new List<EpochLoss>();
        int[] trainingRows = [.. rows.TrainingRows];
        int[] validationRows = [.. rows.ValidationRows];
        double best = double.PositiveInfinity;
        int bestEpoch = 0;
        bool restore = false;
        long step = 0;
        for (int epoch = 0; epoch < study.Training.Epochs; epoch++)
        {
            double sum = 0;
            foreach (ReadOnlyMemory<int> batch in PublicOrder.EpochBatches(study.Seed, epoch, trainingRows, study.Training.Batch))
            {
                cancellationToken.ThrowIfCancellationRequested();
                sum += TrainBatch(study, bottoms, top, outcome, batch.Span, step++) * batch.Length;
            }

            double? validation = validationRows.Length == 0 ? null
                : top.Loss.Evaluate(Predict(bottoms, top, validationRows), outcome.Gather(validationRows), []);
            losses.Add(new EpochLoss(sum / trainingRows.Length, validation));
            progress?.Report(new TrainingProgress(
                epoch + 1, study.Training.Epochs, step, (epoch + 1L) * trainingRows.Length, losses[^1].Train, validation));
            if (validation is null || validation < best || epoch == 0)
            {
                (best, bestEpoch, restore) = (validation ?? best, epoch, false);
                top.Snapshot();
                foreach (IBottomModel bottom in bottoms.Values)
                {
                    bottom.Snapshot();
                }
            }
            else
            {
                restore = true;
                if (epoch - bestEpoch >= study.Training.EarlyStopping.Patience)
                {
                    break;
                }
            }
        }

        if (restore)
        {
            top.RestoreSnapshot();
            foreach (IBottomModel bottom in bottoms.Values)
            {
                bottom.RestoreSnapshot();
            }
        }

        ModelPart[] parts =
        [
            .. bottoms.OrderBy(b => b.Key).Select(b => new ModelPart(
                b.Key, b.Key == study.LabelParty ? ModelHash.OfLabelParty(b.Value.HashWeights(), top.HashWeights()) : b.Value.HashWeights())),
        ];
        return new TrainingOutcome
        {
            Losses = losses,
            BestEpoch = bestEpoch,
            Steps = step,
            RowsTrained = (long)losses.Count * trainingRows.Length,
            Parts = parts,
            ModelHash = ModelHash.Of(parts),
            Predictions = [.. TrainingPlan.Evaluations(rows).Select(e => new PartPredictions(e.Part, e.Rows, Predict(bottoms, top, e.Rows)))],
        };
    }

    private static double TrainBatch(
        Study study, IReadOnlyDictionary<PartyId, IBottomModel> bottoms, TopModel top, CohortOutcome outcome, ReadOnlySpan<int> batch, long step)
    {
        float[] total = Sum(bottoms, batch, step, training: true);
        var outputs = new float[batch.Length * top.Outputs];
        top.Forward(total, batch.Length, step, training: true, outputs);
        var gradient = new float[total.Length];
        double loss = top.BackwardFrom(outcome.Gather(batch), gradient);
        top.Step();
        foreach ((PartyId party, IBottomModel bottom) in bottoms)
        {
            float[] own = [.. gradient];
            if (party != study.LabelParty)
            {
                GradientBound.Apply(own, top.CutWidth);
            }

            bottom.Backward(own);
            bottom.Step();
        }

        return loss;
    }

    private static float[] Predict(IReadOnlyDictionary<PartyId, IBottomModel> bottoms, TopModel top, int[] rows)
    {
        var outputs = new float[rows.Length * top.Outputs];
        top.Forward(Sum(bottoms, rows, 0, training: false), rows.Length, 0, training: false, outputs);
        return outputs;
    }

    private static float[] Sum(IReadOnlyDictionary<PartyId, IBottomModel> bottoms, ReadOnlySpan<int> rows, long step, bool training)
    {
        int values = rows.Length * bottoms.Values.First().CutWidth;
        var sum = new long[values];
        var cut = new float[values];
        var ring = new uint[values];
        foreach (IBottomModel bottom in bottoms.Values)
        {
            bottom.Forward(rows, step, training, cut);
            Ring32.Encode(cut, ring);
            for (int i = 0; i < values; i++)
            {
                sum[i] += (int)ring[i];
            }
        }

        return [.. sum.Select(s => (float)(s / (double)(1 << Ring32.FractionBits)))];
    }
}
