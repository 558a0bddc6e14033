using System.Diagnostics;
using System.Security.Cryptography;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Engines;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Privacy;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>One attempt of the label party: the state between steps, and the steps.</summary>
internal sealed class LabelPartySession
{
    private readonly TrainingContext _context;
    private readonly IBottomModel _own;
    private readonly TopModel _top;
    private readonly CohortOutcome _outcome;
    private readonly RowAssignment _rows;
    private readonly PeerLinks _links;
    private readonly TrainingPlan _plan;
    private readonly Transcript _transcript;
    private readonly LabelCheckpoints _checkpoints;
    private readonly HeldOutRows? _held;
    private readonly EarlyStopping _stopping;
    private readonly float[] _cut;
    private readonly CutSum _sum;
    private readonly GradientReply _reply;
    private readonly IRowwiseBottomModel? _rowwise;
    private readonly PrivateStep? _private;
    private readonly float[] _outputs;
    private readonly List<EpochLoss> _losses = [];
    private readonly TimeProvider _time;
    private readonly ForecastClock _clock;
    private readonly long _began;
    private long _step;
    private double _lossSum;
    private long _rowsTrained;
    private double _secondsBefore;

    public LabelPartySession(
        TrainingContext context, IBottomModel own, TopModel top, CohortOutcome outcome, RowAssignment rows, PeerLinks links, TrainingSwitches switches)
    {
        (_context, _own, _top, _outcome, _rows, _links) = (context, own, top, outcome, rows, links);
        _time = context.Checkpointing?.Time ?? TimeProvider.System;
        _began = _time.GetTimestamp();
        _clock = new ForecastClock(_time);
        _plan = new TrainingPlan(context.Study, rows, own.CutWidth, switches);
        _held = HeldOutRows.Of(context.Study, rows);
        _stopping = new EarlyStopping(_plan);
        _transcript = new Transcript(context.StudyId, context.RunId, rows.Hash, context.Model);
        IGradientProtection? protection = null;
        List<byte[]> began = [own.HashWeights(), top.HashWeights()];
        if (context.Study.Labels.Protection is Messages.Studies.LabelProtection.MaxNorm or Messages.Studies.LabelProtection.Marvell)
        {
            NoiseSeed seed = context.NoiseSeed ?? new NoiseSeed();
            protection = GradientProtection.For(context.Study.Labels, seed);
            began.Add(SHA256.HashData(seed.Bytes));
        }

        float trust = 1;
        if (context.Study.Privacy.DifferentialPrivacy is { } privacy)
        {
            _rowwise = IRowwiseBottomModel.Of(own);
            NoiseSeed seed = context.NoiseSeed ?? new NoiseSeed();
            var source = new NoiseSource(seed, context.ReleaseLog);
            PrivacyPlan plan = PrivacyPlan.Of(privacy, _plan.Epochs);
            protection = new GradientRowNoise(plan, privacy.ClippingNorm, source);
            _private = new PrivateStep(plan, privacy.ClippingNorm, source);
            trust = plan.Trust(_plan.CutWidth);
            began.Add(SHA256.HashData(seed.Bytes));
        }

        _checkpoints = new LabelCheckpoints(context, new CheckpointKeeper(context.Checkpointing, began), links);
        _cut = new float[_plan.LargestPiece];
        _sum = new CutSum(context.Ring, _plan.CutWidth, _plan.LargestPiece / _plan.CutWidth, links.All, trust) { Others = context.View is null ? null : new float[_plan.LargestPiece] };
        _reply = new GradientReply(context.Study.Training.Gradients, protection, _plan.Batch, _plan.CutWidth);
        _outputs = new float[_plan.Batch * top.Outputs];
    }

    /// <summary>How long the steps so far took, those of earlier attempts included.</summary>
    private double Seconds => _secondsBefore + _time.GetElapsedTime(_began).TotalSeconds;

    public async Task<LabelTrainingResult> RunAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        await ReceiveReadyAsync(cancellationToken);
        bool over = Restore(await _checkpoints.ResumeAsync(cancellationToken));
        long resumedAt = _step;
        long rowsBefore = _rowsTrained;
        for (int epoch = 0; epoch < _losses.Count; epoch++)
        {
            Tell(progress, epoch, 0);
        }

        while (!over)
        {
            int epoch = _losses.Count;
            double train = await TrainEpochAsync(epoch, cancellationToken);
            double? validation = null;
            double? metric = null;
            if (_plan.Validation.Length > 0)
            {
                float[] outputs = await PredictAsync(ActivationPurpose.Validation, epoch, _plan.Validation, cancellationToken, ofEach: _held is not null);
                validation = _held?.Loss(_top.Loss, _outcome, outputs) ?? _top.Loss.Evaluate(outputs, _outcome.Gather(_plan.Validation), []);
                if (!double.IsFinite(validation.Value))
                {
                    throw new NonFiniteException("top", "validation loss", _step);
                }

                metric = _context.ValidationMetric?.Invoke(_held?.OutOfBag(_top.Outputs, outputs) ?? new PartPredictions(RowPart.Validation, _plan.Validation, outputs));
            }

            _losses.Add(new EpochLoss(train, validation, metric));
            over = await DecideAsync(epoch, validation, cancellationToken);
            Tell(progress, epoch, _rowsTrained - rowsBefore);
        }

        var predictions = new List<PartPredictions>();
        foreach ((RowPart part, int[] rows) in TrainingPlan.Evaluations(_rows, _context.MeetsTestRows))
        {
            bool judged = part == RowPart.Training && _held is not null;
            float[] outputs = await PredictAsync(ActivationPurpose.Evaluation, (long)part, rows, cancellationToken, ofEach: judged);
            if (judged)
            {
                float[] each = outputs;
                _top.Average(each, outputs = new float[rows.Length * _top.Outputs]);
                predictions.AddRange([new PartPredictions(part, rows, outputs), _held!.OutOfBag(_top.Outputs, each)]);
            }
            else
            {
                predictions.Add(new PartPredictions(part, rows, outputs));
            }
        }

        IReadOnlyList<SubsetPredictions> subsets = await PredictSubsetsAsync(predictions[^1], cancellationToken);
        return await FinishAsync(predictions, subsets, cancellationToken) with { ResumedAtStep = resumedAt, Seconds = Seconds };
    }

    private void Tell(IProgress<TrainingProgress>? progress, int epoch, long rows) => progress?.Report(new TrainingProgress(
        epoch + 1, _plan.Epochs, (epoch + 1L) * _plan.BatchesPerEpoch, rows, _losses[epoch].Train, _losses[epoch].Validation, _losses[epoch].Metric));

    /// <summary>Tells what the training will take, from the steps that were timed.</summary>
    private void Forecast()
    {
        if (_context.Forecasts is not { } told)
        {
            return;
        }

        // Going forward is about a third of a step, which also goes back, to the weights and to the inputs.
        double forwardOfRow = _clock.SecondsPerStep / 3 / _plan.TrainingRows * _plan.BatchesPerEpoch;
        double epoch = (_clock.SecondsPerStep * _plan.BatchesPerEpoch) + (forwardOfRow * _plan.Validation.Length);
        double evaluation = forwardOfRow * TrainingPlan.Evaluations(_rows, _context.MeetsTestRows).Sum(e => e.Rows.Length);
        var traffic = new TrafficPlan(_context.Study, _plan, _rows, _context.Ring.ElementSize, _context.MeetsTestRows);
        told.Report(new TrainingForecast(
            _clock.TimedSteps, _plan.Epochs, epoch, Seconds, _step, _plan.BatchesPerEpoch, evaluation, traffic.Epoch, traffic.Total(_plan.Epochs), MemoryToCome()));
    }

    /// <summary>What the process has held so far, or holds now with what is still to come: the kept weights, a checkpoint on its way to the disk, the comparison with this party alone, predictions.</summary>
    private long MemoryToCome()
    {
        long state = Checkpoint.StateOf(_own.SaveState).LongLength + Checkpoint.StateOf(_top.SaveState).LongLength;
        using Process process = Process.GetCurrentProcess();
        return Math.Max(process.PeakWorkingSet64, process.WorkingSet64 + (6 * state) + (3L * sizeof(float) * _rows.Count * _top.Outputs));
    }

    /// <summary>Goes on from a checkpoint; says whether only evaluation is left.</summary>
    private bool Restore(Checkpoint? checkpoint)
    {
        if (checkpoint is not { History: { } history })
        {
            return false;
        }

        checkpoint.Load(0, _own.LoadState);
        checkpoint.Load(1, _top.LoadState);
        _transcript.Restore(checkpoint.Mark);
        _stopping.Restore(history.BestLoss, history.BestEpoch);
        _losses.AddRange(history.Losses);
        _step = checkpoint.Mark.Step;
        _rowsTrained = _plan.RowsTrained(_step);
        _lossSum = history.LossSum;
        _sum.Saturated = checkpoint.Saturated;
        _secondsBefore = checkpoint.Seconds;
        _links.CountEarlier(checkpoint.BytesSent, checkpoint.MessagesSent);
        return checkpoint.Over;
    }

    private Task SaveAsync(bool over, CancellationToken cancellationToken) => _checkpoints.SaveAsync(
        _step,
        origin => new Checkpoint
        {
            Mark = new CheckpointMark(_step, _transcript.Hash),
            Origin = origin,
            Over = over,
            Kept = _stopping.BestEpoch >= 0,
            Saturated = _sum.Saturated,
            Shortened = 0,
            BytesSent = _links.BytesSent,
            MessagesSent = _links.MessagesSent,
            Seconds = Seconds,
            History = new EpochHistory(_lossSum, _stopping.BestLoss, _stopping.BestEpoch, _losses),
            Models = [Checkpoint.StateOf(_own.SaveState), Checkpoint.StateOf(_top.SaveState)],
        },
        cancellationToken);

    /// <summary>Ends an epoch for all parties; says whether the training is over.</summary>
    private async Task<bool> DecideAsync(int epoch, double? validation, CancellationToken cancellationToken)
    {
        EpochOutcome outcome = _stopping.Decide(epoch, validation);
        bool over = outcome is EpochOutcome.Stop or EpochOutcome.StopAndRestore;
        var decision = new EpochDecision { Epoch = epoch, Outcome = outcome, Checkpoint = _checkpoints.Announce(_step, epochIsOver: true, trainingIsOver: over) };
        await _links.SendToAllAsync(decision, cancellationToken);
        _transcript.Append(decision);
        Apply(outcome);
        if (decision.Checkpoint is not null)
        {
            await SaveAsync(over, cancellationToken);
        }

        return over;
    }

    private void Apply(EpochOutcome decision)
    {
        if (decision == EpochOutcome.KeepAndContinue)
        {
            _own.Snapshot();
            _top.Snapshot();
        }
        else if (decision == EpochOutcome.StopAndRestore)
        {
            _own.RestoreSnapshot();
            _top.RestoreSnapshot();
        }
    }

    private async Task ReceiveReadyAsync(CancellationToken cancellationToken)
    {
        foreach ((PartyId peer, Channel channel) in _links.All)
        {
            TrainingReady ready = await channel.ReceiveAsync<TrainingReady>(cancellationToken);
            string? problem =
                ready.Attempt != _context.Attempt ? $"it is at attempt {ready.Attempt}, we are at {_context.Attempt}."
                : ready.Rows != _rows.Count ? $"its cohort has {ready.Rows} rows, ours {_rows.Count}."
                : ready.CutWidth != _plan.CutWidth ? $"its cut is {ready.CutWidth} wide, ours {_plan.CutWidth}."
                : !ready.AssignmentHash.Span.SequenceEqual(_rows.Hash.Span) ? "it holds another row assignment."
                : null;
            if (problem is not null)
            {
                throw new PeerProtocolException(peer, "training: ready", problem);
            }
        }
    }

    private async Task<double> TrainEpochAsync(int epoch, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReadOnlyMemory<int>> batches = _plan.Batches(epoch);
        for (int b = (int)(_step - ((long)epoch * batches.Count)); b < batches.Count; b++)
        {
            ReadOnlyMemory<int> batch = batches[b];

            // At the epoch's last batch the decision announces: one step, one checkpoint. Never while later steps are under way.
            bool mayAnnounce = b + 1 < batches.Count && (_plan.Staleness == 0 || b + 1 == _plan.StretchEnd(epoch, b));
            _clock.Begin();
            long? checkpoint = await TrainBatchAsync(batch, mayAnnounce, cancellationToken);
            if (_private is null)
            {
                _own.Backward(_reply.Own(Microbatch.Whole(batch.Length)));
            }

            _own.Step(_plan.Rate.At(_step));
            _step++;
            _rowsTrained += batch.Length;
            if (_clock.End())
            {
                Forecast();
            }

            if (checkpoint is not null)
            {
                await SaveAsync(over: false, cancellationToken);
            }
        }

        double loss = _lossSum / _plan.TrainingRows;
        _lossSum = 0;
        _context.Audit?.EndEpoch();
        return loss;
    }

    /// <summary>
    /// Sums, trains the top and answers. Where every row's gradient depends on that row alone, a microbatch is answered as soon as it is there; a loss or a
    /// protection over the whole batch waits for all of it, and so do several members, each of which takes the mean over its own of the batch's rows. Either way gives the same bits.
    /// </summary>
    private async Task<long?> TrainBatchAsync(ReadOnlyMemory<int> batch, bool mayAnnounce, CancellationToken cancellationToken)
    {
        IReadOnlyList<Microbatch> microbatches = _plan.Microbatches(batch.Length);
        bool oneByOne = microbatches.Count > 1 && _reply.LeavesRowByRow && _top.Members == 1 && _top.Loss.Kind != LossKind.CoxPartialLikelihood;
        long? checkpoint = null;
        BeginSum(ActivationPurpose.Training, _step, batch.Span);
        foreach (Microbatch some in microbatches)
        {
            await _sum.ReceiveAsync(ActivationPurpose.Training, _step, some, _cut, cancellationToken);
            if (oneByOne)
            {
                TrainTop(batch.Span, some);
                await AnswerAsync(some);
            }
        }

        double loss;
        if (oneByOne)
        {
            loss = _top.Loss.Evaluate(_outputs.AsSpan(0, batch.Length * _top.Outputs), _outcome.Gather(batch.Span), []);
        }
        else
        {
            double[] squares = new double[_private is null ? 0 : batch.Length];
            loss = TrainTop(batch.Span, Microbatch.Whole(batch.Length), squares);
            _reply.Protect(_step, batch.Length, _outcome.Gather(batch.Span).Values);
            foreach (Microbatch some in microbatches)
            {
                await AnswerAsync(some);
            }

            LearnPrivately(squares);
        }

        // With differential privacy a stop would tell all parties of a loss that has no noise on it.
        if (loss > LossExplodedException.Limit && _private is null)
        {
            throw new LossExplodedException(loss, _step, _context.Study.Training.Optimizer.LearningRate);
        }

        _top.Step(_plan.Rate.At(_step));
        _context.View?.Trained(batch.Span, _sum.Others.AsSpan(0, batch.Length * _plan.CutWidth));
        _context.Audit?.Sent(batch.Span, _reply.Leaving(Microbatch.Whole(batch.Length)));
        _lossSum += loss * batch.Length;
        return checkpoint;

        async Task AnswerAsync(Microbatch some)
        {
            checkpoint = mayAnnounce && some.Number + 1 == microbatches.Count ? _checkpoints.Announce(_step + 1, epochIsOver: false) : null;
            var message = new ActivationGradients
            {
                Step = _step, Microbatch = some.Number, Values = _reply.Encode(some), Checkpoint = checkpoint,
            };
            await _links.SendToAllAsync(message, cancellationToken);
            _transcript.Append(message);
        }
    }

    /// <summary>Forward and backward of the top over some of a batch's rows; gives the sum of their losses over the number of the batch's rows.</summary>
    private double TrainTop(ReadOnlySpan<int> batch, Microbatch some, double[]? squares = null)
    {
        ReadOnlySpan<float> sum = _cut.AsSpan(some.Of(_plan.CutWidth));
        var part = new BatchPart(some.Start, batch.Length);
        _top.Forward(sum, some.Rows, _step, training: true, _outputs.AsSpan(some.Of(_top.Outputs)), part);
        BatchTargets targets = _outcome.Gather(batch[some.Of(1)]);
        return _private is null
            ? _top.BackwardFrom(targets.AsPartOf(batch.Length), _reply.Own(some), _held?.Of(batch[some.Of(1)]))
            : _top.MeasureFrom(targets, _reply.Own(some), squares);
    }

    /// <summary>With differential privacy, both networks learn from the batch's rows as one mechanism: clipped together, each weight with its noise.</summary>
    private void LearnPrivately(double[] squares)
    {
        if (_private is not null)
        {
            _rowwise!.MeasureRows(_reply.Own(Microbatch.Whole(squares.Length)), squares);
            _private.Apply(
                _step, squares, (f => _top.AddRows(f), _top.VisitGradients), (f => _rowwise.AddRows(f), _rowwise.VisitGradients));
        }
    }

    /// <summary>The test rows once more for each subset of the feature parties: the absent ones send masked zeros, of which the sum takes no notice.</summary>
    private async Task<IReadOnlyList<SubsetPredictions>> PredictSubsetsAsync(PartPredictions all, CancellationToken cancellationToken)
    {
        if (_context.Study.Evaluation.Contributions.Count == 0 || !_context.MeetsTestRows)
        {
            return [];
        }

        int[] rows = [.. all.Rows];
        List<SubsetPredictions> subsets = [new([], all with { Outputs = await PredictAsync(null, 0, rows, cancellationToken) })];
        foreach ((long place, IReadOnlyList<PartyId> present) in TrainingPlan.SubsetEvaluations(_context.Study))
        {
            subsets.Add(new(present, all with { Outputs = await PredictAsync(ActivationPurpose.Evaluation, place, rows, cancellationToken) }));
        }

        return [.. subsets, new(_context.Study.FeatureParties, all)];
    }

    /// <param name="purpose">What feature parties send for it; null when they send nothing, and the label party's part of the sum is all of it.</param>
    /// <param name="step">The step within the purpose.</param>
    /// <param name="rows">Cohort rows.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <param name="ofEach">Whether the outputs of every member are given, not their mean.</param>
    private async Task<float[]> PredictAsync(ActivationPurpose? purpose, long step, int[] rows, CancellationToken cancellationToken, bool ofEach = false)
    {
        int width = _top.Outputs * (ofEach ? _top.Members : 1);
        var outputs = new float[rows.Length * width];
        int done = 0;
        int piece = 0;
        foreach (ReadOnlyMemory<int> some in TrainingPlan.Pieces(rows))
        {
            BeginSum(purpose, step, some.Span);
            var all = new Microbatch(piece++, 0, some.Length);
            if (purpose is { } due)
            {
                await _sum.ReceiveAsync(due, step, all, _cut, cancellationToken);
            }
            else
            {
                _sum.OwnAlone(all, _cut);
            }

            if (purpose == ActivationPurpose.Evaluation)
            {
                _context.View?.Evaluated(some.Span, _sum.Others.AsSpan(0, some.Length * _plan.CutWidth));
            }

            ReadOnlySpan<float> sum = _cut.AsSpan(0, some.Length * _plan.CutWidth);
            Span<float> of = outputs.AsSpan(done, some.Length * width);
            if (ofEach)
            {
                _top.ForwardEach(sum, some.Length, of);
            }
            else
            {
                _top.Forward(sum, some.Length, step, training: false, of);
            }

            done += of.Length;
        }

        return outputs;
    }

    /// <summary>Own activations, encoded; done before the others' have come.</summary>
    private void BeginSum(ActivationPurpose? purpose, long step, ReadOnlySpan<int> rows)
    {
        Span<float> cut = _cut.AsSpan(0, rows.Length * _plan.CutWidth);
        _own.Forward(rows, step, purpose == ActivationPurpose.Training, cut);
        NonFiniteException.Check(cut, _step);
        _sum.Begin(cut);
    }

    private async Task<LabelTrainingResult> FinishAsync(
        List<PartPredictions> predictions, IReadOnlyList<SubsetPredictions> subsets, CancellationToken cancellationToken)
    {
        var summaries = new Dictionary<PartyId, PartSummary>();
        List<ModelPart> parts = [new(_context.Self, ModelHash.OfLabelParty(_own.HashWeights(), _top.HashWeights()))];
        foreach ((PartyId peer, Channel channel) in _links.All)
        {
            PartSummary summary = await channel.ReceiveAsync<PartSummary>(cancellationToken);
            summaries.Add(peer, summary);
            parts.Add(new ModelPart(peer, summary.PartHash));
        }

        parts.Sort((a, b) => a.Party.CompareTo(b.Party));
        byte[] hash = ModelHash.Of(parts);
        await _links.SendToAllAsync(new RunSummary { Parts = parts, ModelHash = hash }, cancellationToken);
        return new LabelTrainingResult
        {
            Outcome = new TrainingOutcome
            {
                Losses = _losses,
                BestEpoch = _stopping.BestEpoch,
                Steps = _step,
                RowsTrained = _rowsTrained,
                Parts = parts,
                ModelHash = hash,
                Predictions = predictions,
                Subsets = subsets,
            },
            FeatureParties = summaries,
            BytesSent = _links.BytesSent,
            MessagesSent = _links.MessagesSent,
            SaturatedActivations = _sum.Saturated,
        };
    }
}
