using System.Runtime.InteropServices;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Engines;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>One attempt of a feature party: the state between steps, and the steps.</summary>
internal sealed class FeaturePartySession
{
    private const string GradientStep = "training: activation gradients";
    private readonly TrainingContext _context;
    private readonly IBottomModel _own;
    private readonly RowAssignment _rows;
    private readonly Channel _labelParty;
    private readonly PeerLinks _links;
    private readonly MaskedEncoder _encoder;
    private readonly TrainingPlan _plan;
    private readonly Transcript _transcript;
    private readonly FeatureCheckpoints _checkpoints;
    private readonly float[] _cut;
    private readonly float[] _gradient;
    private readonly byte[] _masked;
    private long _step;
    private long _rowsTrained;
    private bool _kept;
    private long _saturatedBefore;
    private long _shortened;

    public FeaturePartySession(TrainingContext context, IBottomModel own, RowAssignment rows, Channel labelParty, PeerLinks links, MaskedEncoder encoder)
    {
        (_context, _own, _rows, _labelParty, _links, _encoder) = (context, own, rows, labelParty, links, encoder);
        _plan = new TrainingPlan(context.Study, rows, own.CutWidth);
        _transcript = new Transcript(context.StudyId, context.RunId, rows.Hash);
        _checkpoints = new FeatureCheckpoints(context, new CheckpointKeeper(context.Checkpointing, own.HashWeights()), links, labelParty);
        _cut = new float[_plan.LargestPiece];
        _gradient = new float[_plan.Batch * _plan.CutWidth];
        _masked = new byte[_plan.LargestPiece * sizeof(uint)];
    }

    private long Saturated => _saturatedBefore + _encoder.Saturated;

    public async Task<FeatureTrainingResult> RunAsync(IProgress<TrainingProgress>? progress, CancellationToken cancellationToken)
    {
        var ready = new TrainingReady
        {
            Attempt = _context.Attempt, Rows = _rows.Count, CutWidth = _plan.CutWidth, AssignmentHash = _rows.Hash,
        };
        await _links.SendAsync(_labelParty, ready, cancellationToken);
        bool over = Restore(await _checkpoints.ResumeAsync(cancellationToken));
        long resumedAt = _step;
        long rowsBefore = _rowsTrained;
        int epoch = (int)(_step / _plan.BatchesPerEpoch);
        for (; !over; epoch++)
        {
            await TrainEpochAsync(epoch, cancellationToken);
            await SendActivationsAsync(ActivationPurpose.Validation, epoch, _plan.Validation, cancellationToken);
            over = await FollowDecisionAsync(epoch, cancellationToken);
            progress?.Report(new TrainingProgress(epoch + 1, _plan.Epochs, _step, _rowsTrained - rowsBefore, null, null));
        }

        foreach ((RowPart part, int[] rows) in TrainingPlan.Evaluations(_rows))
        {
            await SendActivationsAsync(ActivationPurpose.Evaluation, (long)part, rows, cancellationToken);
        }

        return await FinishAsync(epoch, cancellationToken) with { ResumedAtStep = resumedAt };
    }

    /// <summary>Goes on from a checkpoint; says whether only evaluation is left.</summary>
    private bool Restore(Checkpoint? checkpoint)
    {
        if (checkpoint is null)
        {
            return false;
        }

        checkpoint.Load(0, _own.LoadState);
        _transcript.Restore(checkpoint.Mark);
        _step = checkpoint.Mark.Step;
        _rowsTrained = _plan.RowsTrained(_step);
        _kept = checkpoint.Kept;
        _saturatedBefore = checkpoint.Saturated;
        _shortened = checkpoint.Shortened;
        return checkpoint.Over;
    }

    private Task SaveIfToldAsync(long? heldByAll, bool over, CancellationToken cancellationToken) => _checkpoints.AnswerAsync(
        heldByAll,
        _step,
        origin => new Checkpoint
        {
            Mark = new CheckpointMark(_step, _transcript.Hash),
            Origin = origin,
            Over = over,
            Kept = _kept,
            Saturated = Saturated,
            Shortened = _shortened,
            History = null,
            Models = [Checkpoint.StateOf(_own.SaveState)],
        },
        cancellationToken);

    private async Task TrainEpochAsync(int epoch, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReadOnlyMemory<int>> batches = _plan.Batches(epoch);
        for (int b = (int)(_step - ((long)epoch * batches.Count)); b < batches.Count; b++)
        {
            ReadOnlyMemory<int> batch = batches[b];
            await SendPieceAsync(ActivationPurpose.Training, _step, 0, batch, cancellationToken);
            Memory<float> gradient = _gradient.AsMemory(0, batch.Length * _plan.CutWidth);
            ActivationGradients message = await _labelParty.ReceiveAsync<ActivationGradients>(cancellationToken);
            ReadGradient(message, gradient.Span);
            if (message.Checkpoint is not null && b + 1 == batches.Count)
            {
                throw new PeerProtocolException(
                    _labelParty.Peer, GradientStep, $"it announces a checkpoint of step {_step + 1} before the epoch's decision.");
            }

            _transcript.Append(message);
            _shortened += GradientBound.Apply(gradient.Span, _plan.CutWidth);
            _own.Backward(gradient.Span);
            _own.Step();
            _step++;
            _rowsTrained += batch.Length;
            await SaveIfToldAsync(message.Checkpoint, over: false, cancellationToken);
        }
    }

    private void ReadGradient(ActivationGradients message, Span<float> gradient)
    {
        if (message.Step != _step)
        {
            throw new PeerProtocolException(_labelParty.Peer, GradientStep, $"it answers step {message.Step}, we are at {_step}.");
        }

        if (message.Values.Length != gradient.Length * sizeof(float))
        {
            throw new PeerProtocolException(
                _labelParty.Peer, GradientStep, $"{message.Values.Length} bytes of gradients where {gradient.Length * sizeof(float)} belong.");
        }

        MemoryMarshal.Cast<byte, float>(message.Values.Span).CopyTo(gradient);
        foreach (float g in gradient)
        {
            if (!float.IsFinite(g))
            {
                throw new PeerProtocolException(_labelParty.Peer, GradientStep, "a gradient is NaN or infinite.");
            }
        }
    }

    private async Task SendActivationsAsync(ActivationPurpose purpose, long step, int[] rows, CancellationToken cancellationToken)
    {
        int piece = 0;
        foreach (ReadOnlyMemory<int> some in TrainingPlan.Pieces(rows))
        {
            await SendPieceAsync(purpose, step, piece++, some, cancellationToken);
        }
    }

    private ValueTask SendPieceAsync(
        ActivationPurpose purpose, long step, int microbatch, ReadOnlyMemory<int> rows, CancellationToken cancellationToken)
    {
        int values = rows.Length * _plan.CutWidth;
        Memory<byte> masked = _masked.AsMemory(0, values * sizeof(uint));
        _own.Forward(rows.Span, step, purpose == ActivationPurpose.Training, _cut.AsSpan(0, values));
        _encoder.Encode(purpose, step, microbatch, _cut.AsSpan(0, values), MemoryMarshal.Cast<byte, uint>(masked.Span));
        var message = new MaskedActivations { Purpose = purpose, Step = step, Microbatch = microbatch, Values = masked };
        return _links.SendAsync(_labelParty, message, cancellationToken);
    }

    /// <summary>Does what the label party decides after an epoch; says whether the training is over.</summary>
    private async Task<bool> FollowDecisionAsync(int epoch, CancellationToken cancellationToken)
    {
        EpochDecision decision = await _labelParty.ReceiveAsync<EpochDecision>(cancellationToken);
        bool last = epoch + 1 == _plan.Epochs;
        bool possible = decision.Outcome switch
        {
            EpochOutcome.Continue => !last,
            EpochOutcome.KeepAndContinue => !last && _plan.Validation.Length > 0,
            EpochOutcome.Stop => last,
            _ => _kept,
        };
        if (decision.Epoch != epoch || !possible)
        {
            throw new PeerProtocolException(
                _labelParty.Peer, "training: epoch decision", $"{decision.Outcome} of epoch {decision.Epoch} cannot follow epoch {epoch}.");
        }

        _transcript.Append(decision);
        if (decision.Outcome == EpochOutcome.KeepAndContinue)
        {
            _own.Snapshot();
            _kept = true;
        }
        else if (decision.Outcome == EpochOutcome.StopAndRestore)
        {
            _own.RestoreSnapshot();
        }

        bool over = decision.Outcome is EpochOutcome.Stop or EpochOutcome.StopAndRestore;
        await SaveIfToldAsync(decision.Checkpoint, over, cancellationToken);
        return over;
    }

    private async Task<FeatureTrainingResult> FinishAsync(int epochs, CancellationToken cancellationToken)
    {
        byte[] hash = _own.HashWeights();
        var result = new FeatureTrainingResult
        {
            Epochs = epochs,
            Steps = _step,
            PartHash = hash,
            ModelHash = default,
            BytesSent = _links.BytesSent,
            MessagesSent = _links.MessagesSent,
            SaturatedActivations = Saturated,
            ShortenedGradients = _shortened,
        };
        var part = new PartSummary { PartHash = hash, BytesSent = result.BytesSent, MessagesSent = result.MessagesSent };
        await _links.SendAsync(_labelParty, part, cancellationToken);
        RunSummary summary = await _labelParty.ReceiveAsync<RunSummary>(cancellationToken);
        CheckSummary(summary, hash);
        return result with { ModelHash = summary.ModelHash };
    }

    private void CheckSummary(RunSummary summary, byte[] hash)
    {
        const string Step = "training: run summary";
        if (!summary.Parts.Select(p => p.Party).SequenceEqual(_context.Study.Parties.Order()))
        {
            throw new PeerProtocolException(_labelParty.Peer, Step, "its parts are not those of the study's parties.");
        }

        if (!summary.Parts.Single(p => p.Party == _context.Self).Hash.Span.SequenceEqual(hash))
        {
            throw new PeerProtocolException(_labelParty.Peer, Step, "it repeats another hash than ours.");
        }

        if (!ModelHash.Of(summary.Parts).AsSpan().SequenceEqual(summary.ModelHash.Span))
        {
            throw new PeerProtocolException(_labelParty.Peer, Step, "the model's hash is not the hash of its parts.");
        }
    }
}
