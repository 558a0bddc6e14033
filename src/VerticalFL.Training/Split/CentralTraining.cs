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
    /// <param name="study">The study. Label protection and noise on released rows are not applied: nothing leaves.</param>
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
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Run(study, bottoms, top, outcome, rows, (_, _) => false, progress, cancellationToken);

    /// <summary>The same with feature parties that are absent from some steps, by what they have drawn among themselves.</summary>
    internal static TrainingOutcome Run(
        Study study, IReadOnlyDictionary<PartyId, IBottomModel> bottoms, TopModel top, CohortOutcome outcome, RowAssignment rows, Func<PartyId, long, bool> absent,
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
        HeldOutRows? held = HeldOutRows.Of(study, rows);
        double best = double.PositiveInfinity;
        int bestEpoch = 0;
        bool restore = false;
        long step = 0;
        var late = new Queue<LateGradient>();
        int batches = PublicOrder.EpochBatches(study.Seed, 0, trainingRows, study.Training.Batch).Count;
        var rate = new RateSchedule(study.Training.Schedule, study.Training.Epochs, batches);
        for (int epoch = 0; epoch < study.Training.Epochs; epoch++)
        {
            double sum = 0;
            foreach (ReadOnlyMemory<int> batch in PublicOrder.EpochBatches(study.Seed, epoch, trainingRows, study.Training.Batch))
            {
                cancellationToken.ThrowIfCancellationRequested();
                Learn(study, bottoms, rate, late, absent, lag: study.Checkpoints.EverySteps is { } every && step % every == 0 ? 0 : study.Training.Staleness);
                Dictionary<PartyId, IBottomModel> present = bottoms.Where(b => b.Key == study.LabelParty || !absent(b.Key, step)).ToDictionary();
                sum += TrainBatch(study, present, top, outcome, rate, batch, step++, late, held?.Of(batch.Span)) * batch.Length;
            }

            Learn(study, bottoms, rate, late, absent, lag: 0);

            double? validation = held is not null ? held.Loss(top.Loss, outcome, PredictEach(study, bottoms, top, trainingRows))
                : validationRows.Length == 0 ? null
                : top.Loss.Evaluate(Predict(study, bottoms, top, validationRows), outcome.Gather(validationRows), []);
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
            Predictions =
            [
                .. TrainingPlan.Evaluations(rows).Select(e => new PartPredictions(e.Part, e.Rows, Predict(study, bottoms, top, e.Rows))).Concat(
                    held is null ? [] : [held.OutOfBag(top.Outputs, PredictEach(study, bottoms, top, trainingRows))]).OrderBy(p => p.Part),
            ],
            Subsets = study.Evaluation.Contributions.Count == 0 || bottoms.Count == 1 ? [] :
            [
                .. PartySubsets.Of(study).Select(present => new SubsetPredictions(present, new PartPredictions(RowPart.Test, rows.TestRows, Predict(
                    study, bottoms.Where(b => b.Key == study.LabelParty || present.Contains(b.Key)).ToDictionary(), top, [.. rows.TestRows])))),
            ],
        };
    }

    private static double TrainBatch(
        Study study, IReadOnlyDictionary<PartyId, IBottomModel> bottoms, TopModel top, CohortOutcome outcome, RateSchedule rate, ReadOnlyMemory<int> batch,
        long step, Queue<LateGradient> late, ushort[]? heldOut)
    {
        float[] total = Sum(study, bottoms, batch.Span, step, training: true);
        var outputs = new float[batch.Length * top.Outputs];
        top.Forward(total, batch.Length, step, training: true, outputs);
        var gradient = new float[total.Length];
        double loss = top.BackwardFrom(outcome.Gather(batch.Span), gradient, heldOut);
        top.Step(rate.At(step));
        bottoms[study.LabelParty].Backward(gradient);
        bottoms[study.LabelParty].Step(rate.At(step));
        if (study.Training.Gradients == GradientFormat.Float16)
        {
            gradient = [.. gradient.Select(g => (float)(Half)(Math.Clamp(g, -GradientEncoding.Limit, GradientEncoding.Limit) * 32768) / 32768)];
        }

        GradientBound.Apply(gradient, top.CutWidth);
        late.Enqueue(new LateGradient(batch, step, gradient));
        return loss;
    }

    /// <summary>Feature parties learn from all gradients but the newest; how many of those wait is the study's staleness.</summary>
    private static void Learn(
        Study study, IReadOnlyDictionary<PartyId, IBottomModel> bottoms, RateSchedule rate, Queue<LateGradient> late, Func<PartyId, long, bool> absent, int lag)
    {
        while (late.Count > lag)
        {
            (ReadOnlyMemory<int> rows, long step, float[] gradient) = late.Dequeue();
            foreach (IBottomModel bottom in bottoms.Where(b => b.Key != study.LabelParty && !absent(b.Key, step)).Select(b => b.Value))
            {
                if (study.Training.Staleness > 0)
                {
                    bottom.Forward(rows.Span, step, training: true, new float[gradient.Length]);
                }

                bottom.Backward(gradient);
                bottom.Step(rate.At(step));
            }
        }
    }

    private static float[] Predict(Study study, IReadOnlyDictionary<PartyId, IBottomModel> bottoms, TopModel top, int[] rows)
    {
        var outputs = new float[rows.Length * top.Outputs];
        top.Forward(Sum(study, bottoms, rows, 0, training: false), rows.Length, 0, training: false, outputs);
        return outputs;
    }

    private static float[] PredictEach(Study study, IReadOnlyDictionary<PartyId, IBottomModel> bottoms, TopModel top, int[] rows)
    {
        var each = new float[rows.Length * top.Members * top.Outputs];
        top.ForwardEach(Sum(study, bottoms, rows, 0, training: false), rows.Length, each);
        return each;
    }

    private static float[] Sum(
        Study study, IReadOnlyDictionary<PartyId, IBottomModel> bottoms, ReadOnlySpan<int> rows, long step, bool training)
    {
        (double limit, int bits) = study.Privacy.Ring switch
        {
            "u16.8" => (Ring16.LimitFor(study.FeatureParties.Count), Ring16.FractionBits),
            "u64.24" => (Ring32.Limit, Ring64.FractionBits),
            _ => (Ring32.Limit, Ring32.FractionBits),
        };
        double unit = 1 << bits;
        int values = rows.Length * bottoms.Values.First().CutWidth;
        var sum = new double[values];
        var cut = new float[values];
        foreach (IBottomModel bottom in bottoms.Values)
        {
            bottom.Forward(rows, step, training, cut);
            for (int i = 0; i < values; i++)
            {
                // Whole numbers below 2^33: their sum is exact.
                sum[i] += Math.Round(Math.Clamp(cut[i], -limit, limit) * unit, MidpointRounding.ToEven);
            }
        }

        return [.. sum.Select(s => (float)(s / unit))];
    }

    /// <summary>What feature parties have not learned from yet.</summary>
    private sealed record LateGradient(ReadOnlyMemory<int> Rows, long Step, float[] Gradient);
}
