using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Engines;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.SecureAggregation;
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
    private readonly IGradientProtection? _protection;
    private readonly TrainingPlan _plan;
    private readonly Transcript _transcript;
    private readonly LabelCheckpoints _checkpoints;
    private readonly EarlyStopping _stopping;
    private readonly float[] _cut;
    private readonly uint[] _ownRing;
    private readonly uint[] _maskedSum;
    private readonly float[] _gradient;
    private readonly byte[] _sentGradient;
    private readonly List<EpochLoss> _losses = [];
    private long _step;
    private double _lossSum;
    private long _rowsTrained;
    private long _saturated;

    public LabelPartySession(TrainingContext context, IBottomModel own, TopModel top, CohortOutcome outcome, RowAssignment rows, PeerLinks links)
    {
        (_context, _own, _top, _outcome, _rows, _links) = (context, own, top, outcome, rows, links);
        _plan = new TrainingPlan(context.Study, rows, own.CutWidth);
        _stopping = new EarlyStopping(_plan);
        _transcript = new Transcript(context.StudyId, context.RunId, rows.Hash);
        List<byte[]> began = [own.HashWeights(), top.HashWeights()];
        if (context.Study.Labels.Protection is Messages.Studies.LabelProtection.MaxNorm or Messages.Studies.LabelProtection.Marvell)
        {
            NoiseSeed seed = context.NoiseSeed ?? new NoiseSeed();
            _protection = GradientProtection.For(context.Study.Labels, seed);
            began.Add(SHA256.HashData(seed.Bytes));
        }

        _checkpoints = new LabelCheckpoints(context, new CheckpointKeeper(context.Checkpointing, began), links);
        _cut = new float[_plan.LargestPiece];
        _ownRing = new uint[_plan.LargestPiece];
        _maskedSum = new uint[_plan.LargestPiece];
        _gradient = new float[_plan.Batch * _plan.CutWidth];
        _sentGradient = new byte[_gradient.Length * sizeof(float)];
    }

    public async Task<LabelTrainingResult> RunAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        await ReceiveReadyAsync(cancellationToken);
        bool over = Restore(await _checkpoints.ResumeAsync(cancellationToken));
        long resumedAt = _step;
        long rowsBefore = _rowsTrained;
        while (!over)
        {
            int epoch = _losses.Count;
            double train = await TrainEpochAsync(epoch, cancellationToken);
            double? validation = null;
            if (_plan.Validation.Length > 0)
            {
                float[] outputs = await PredictAsync(ActivationPurpose.Validation, epoch, _plan.Validation, cancellationToken);
                validation = _top.Loss.Evaluate(outputs, _outcome.Gather(_plan.Validation), []);
            }

            _losses.Add(new EpochLoss(train, validation));
            over = await DecideAsync(epoch, validation, cancellationToken);
            progress?.Report(new TrainingProgress(epoch + 1, _plan.Epochs, _step, _rowsTrained - rowsBefore, train, validation));
        }

        var predictions = new List<PartPredictions>();
        foreach ((RowPart part, int[] rows) in TrainingPlan.Evaluations(_rows))
        {
            float[] outputs = await PredictAsync(ActivationPurpose.Evaluation, (long)part, rows, cancellationToken);
            predictions.Add(new PartPredictions(part, rows, outputs));
        }

        return await FinishAsync(predictions, cancellationToken) with { ResumedAtStep = resumedAt, RowsTrainedBefore = rowsBefore };
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
        _saturated = checkpoint.Saturated;
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
            Saturated = _saturated,
            Shortened = 0,
            History = new EpochHistory(_lossSum, _stopping.BestLoss, _stopping.BestEpoch, _losses),
            Models = [Checkpoint.StateOf(_own.SaveState), Checkpoint.StateOf(_top.SaveState)],
        },
        cancellationToken);

    /// <summary>Ends an epoch for all parties; says whether the training is over.</summary>
    private async Task<bool> DecideAsync(int epoch, double? validation, CancellationToken cancellationToken)
    {
        EpochOutcome outcome = _stopping.Decide(epoch, validation);
        bool over = outcome is EpochOutcome.Stop or EpochOutcome.StopAndRestore;
        var decision = new EpochDecision { Epoch = epoch, Outcome = outcome, Checkpoint = _checkpoints.Announce(_step, epochIsOver: true) };
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
            Memory<float> total = await SumAsync(ActivationPurpose.Training, _step, 0, batch, cancellationToken);
            _lossSum += TrainTop(total.Span, batch.Span) * batch.Length;
            int values = batch.Length * _plan.CutWidth;

            // At the epoch's last batch the decision announces: one step, one checkpoint.
            long? checkpoint = b + 1 < batches.Count ? _checkpoints.Announce(_step + 1, epochIsOver: false) : null;
            var message = new ActivationGradients { Step = _step, Values = GradientToSend(batch.Span), Checkpoint = checkpoint };
            await _links.SendToAllAsync(message, cancellationToken);
            _transcript.Append(message);
            _own.Backward(_gradient.AsSpan(0, values));
            _own.Step();
            _step++;
            _rowsTrained += batch.Length;
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

    private double TrainTop(ReadOnlySpan<float> total, ReadOnlySpan<int> batch)
    {
        float[] outputs = new float[batch.Length * _top.Outputs];
        _top.Forward(total, batch.Length, _step, training: true, outputs);
        double loss = _top.BackwardFrom(_outcome.Gather(batch), _gradient.AsSpan(0, total.Length));
        _top.Step();
        return loss;
    }

    private ReadOnlyMemory<byte> GradientToSend(ReadOnlySpan<int> batch)
    {
        int values = batch.Length * _plan.CutWidth;
        Memory<byte> bytes = _sentGradient.AsMemory(0, values * sizeof(float));
        Span<float> sent = MemoryMarshal.Cast<byte, float>(bytes.Span);
        if (_protection is null)
        {
            _gradient.AsSpan(0, values).CopyTo(sent);
        }
        else
        {
            _protection.Apply(_step, _gradient.AsSpan(0, values), _plan.CutWidth, _outcome.Gather(batch).Values, sent);
        }

        _context.Audit?.Sent(batch, sent);

        return bytes;
    }

    private async Task<float[]> PredictAsync(ActivationPurpose purpose, long step, int[] rows, CancellationToken cancellationToken)
    {
        var outputs = new float[rows.Length * _top.Outputs];
        int done = 0;
        int piece = 0;
        foreach (ReadOnlyMemory<int> some in TrainingPlan.Pieces(rows))
        {
            Memory<float> total = await SumAsync(purpose, step, piece++, some, cancellationToken);
            int count = some.Length * _top.Outputs;
            _top.Forward(total.Span, some.Length, step, training: false, outputs.AsSpan(done, count));
            done += count;
        }

        return outputs;
    }

    /// <summary>Own activations plus everybody's, decoded; a view of a buffer that the next call reuses.</summary>
    private async Task<Memory<float>> SumAsync(
        ActivationPurpose purpose, long step, int microbatch, ReadOnlyMemory<int> rows, CancellationToken cancellationToken)
    {
        int values = rows.Length * _plan.CutWidth;
        Memory<float> cut = _cut.AsMemory(0, values);
        _own.Forward(rows.Span, step, purpose == ActivationPurpose.Training, cut.Span);
        _saturated += Ring32.Encode(cut.Span, _ownRing.AsSpan(0, values));
        _maskedSum.AsSpan(0, values).Clear();
        foreach ((PartyId peer, Channel channel) in _links.All)
        {
            MaskedActivations message = await channel.ReceiveAsync<MaskedActivations>(cancellationToken);
            if (message.Purpose != purpose || message.Step != step || message.Microbatch != microbatch)
            {
                throw new PeerProtocolException(
                    peer, "training: masked activations",
                    $"it sends {message.Purpose} {message.Step}/{message.Microbatch} where {purpose} {step}/{microbatch} is due.");
            }

            if (message.Values.Length != values * sizeof(uint))
            {
                throw new PeerProtocolException(
                    peer, "training: masked activations", $"{message.Values.Length} bytes where {values * sizeof(uint)} belong.");
            }

            Ring32.Add(_maskedSum.AsSpan(0, values), MemoryMarshal.Cast<byte, uint>(message.Values.Span));
        }

        Ring32.DecodeSum(_maskedSum.AsSpan(0, values), _ownRing.AsSpan(0, values), cut.Span);
        return cut;
    }

    private async Task<LabelTrainingResult> FinishAsync(List<PartPredictions> predictions, CancellationToken cancellationToken)
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
            },
            FeatureParties = summaries,
            BytesSent = _links.BytesSent,
            MessagesSent = _links.MessagesSent,
            SaturatedActivations = _saturated,
        };
    }
}
