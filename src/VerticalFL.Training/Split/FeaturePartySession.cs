using System.Security.Cryptography;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>One attempt of a feature party: the state between steps, and the steps.</summary>
internal sealed class FeaturePartySession
{
    private const string GradientStep = "training: activation gradients";
    private readonly TrainingContext _context;
    private readonly IBottomModel _own;
    private readonly BatchPasses _passes;
    private readonly TimeProvider _time;
    private readonly RowAssignment _rows;
    private readonly Channel _labelParty;
    private readonly PeerLinks _links;
    private readonly MaskedEncoder _encoder;
    private readonly RowClip? _clip;
    private readonly IRowwiseBottomModel? _rowwise;
    private readonly PartyAbsence? _absence;
    private readonly PrivateStep? _private;
    private readonly TrainingPlan _plan;
    private readonly Transcript _transcript;
    private readonly FeatureCheckpoints _checkpoints;
    private readonly float[] _cut;
    private readonly float[] _gradient;
    private readonly byte[] _masked;
    private readonly int _elementSize;
    private long _step;
    private long _rowsTrained;
    private bool _kept;
    private long _saturatedBefore;
    private long _shortened;

    public FeaturePartySession(TrainingContext context, IBottomModel own, RowAssignment rows, Channel labelParty, PeerLinks links, MaskedEncoder encoder,
        RowClip? clip, PartyAbsence? absence, TrainingSwitches switches)
    {
        (_context, _own, _rows, _labelParty, _links, _encoder, _clip, _absence) = (context, own, rows, labelParty, links, encoder, clip, absence);
        _plan = new TrainingPlan(context.Study, rows, own.CutWidth, switches);
        _time = context.Checkpointing?.Time ?? TimeProvider.System;
        if (context.Study.Privacy.DifferentialPrivacy is { } privacy)
        {
            _rowwise = IRowwiseBottomModel.Of(own);
            _private = new PrivateStep(
                PrivacyPlan.Of(privacy, _plan.Epochs), privacy.ClippingNorm, new NoiseSource(context.NoiseSeed!, context.ReleaseLog));
        }

        _passes = new BatchPasses(own, own.CutWidth, _plan.Staleness > 0 || _private is not null ? false : switches.ByParts, _time);
        _transcript = new Transcript(context.StudyId, context.RunId, rows.Hash, context.Model);
        List<byte[]> began = [own.HashWeights()];
        if (clip is not null)
        {
            began.Add(SHA256.HashData(context.NoiseSeed!.Bytes));
        }

        if (absence is not null)
        {
            began.Add(absence.Hash);
        }

        _checkpoints = new FeatureCheckpoints(context, new CheckpointKeeper(context.Checkpointing, began), links, labelParty);
        _cut = new float[_plan.LargestPiece];
        _gradient = new float[_plan.Batch * _plan.CutWidth];
        _elementSize = context.Ring.ElementSize;
        _masked = new byte[_plan.LargestPiece * _elementSize];
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

        foreach ((RowPart part, int[] rows) in TrainingPlan.Evaluations(_rows, _context.MeetsTestRows))
        {
            await SendActivationsAsync(ActivationPurpose.Evaluation, (long)part, rows, cancellationToken);
        }

        foreach ((long place, IReadOnlyList<PartyId> present) in _context.MeetsTestRows ? TrainingPlan.SubsetEvaluations(_context.Study) : [])
        {
            await SendActivationsAsync(ActivationPurpose.Evaluation, place, [.. _rows.TestRows], cancellationToken, present.Contains(_context.Self));
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
        _links.CountEarlier(checkpoint.BytesSent, checkpoint.MessagesSent);
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
            BytesSent = _links.BytesSent,
            MessagesSent = _links.MessagesSent,
            Seconds = 0,
            History = null,
            Models = [Checkpoint.StateOf(_own.SaveState)],
        },
        cancellationToken);

    private async Task TrainEpochAsync(int epoch, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReadOnlyMemory<int>> batches = _plan.Batches(epoch);
        int first = (int)(_step - ((long)epoch * batches.Count));
        while (first < batches.Count)
        {
            int end = _plan.StretchEnd(epoch, first);
            await TrainStretchAsync([.. batches.Skip(first).Take(end - first)], epochEnds: end == batches.Count, cancellationToken);
            first = end;
        }
    }

    /// <summary>
    /// Steps from one drain of the pipeline to the next. The activations of a step leave with weights that have learned from all but the last
    /// <see cref="TrainingPlan.Staleness"/> steps before it, no more and no fewer: the order is fixed, whatever the network does.
    /// </summary>
    private async Task TrainStretchAsync(ReadOnlyMemory<int>[] batches, bool epochEnds, CancellationToken cancellationToken)
    {
        int messages = batches.Sum(b => _plan.Microbatches(b.Length).Count);
        int underWay = (_plan.Staleness + 1) * _plan.Microbatches(_plan.Batch).Count;
        await using var gradients = new GradientReader(_labelParty, messages, underWay, cancellationToken);
        long begin = _step;
        for (int b = 0; b < batches.Length + _plan.Staleness; b++)
        {
            if (b < batches.Length)
            {
                await SendBatchAsync(begin + b, batches[b], cancellationToken);
            }

            if (b >= _plan.Staleness)
            {
                int learned = b - _plan.Staleness;
                long? checkpoint = await LearnAsync(batches[learned], gradients, cancellationToken);
                CheckAnnouncement(checkpoint, stretchEnds: learned + 1 == batches.Length, epochEnds);
                await SaveIfToldAsync(checkpoint, over: false, cancellationToken);
            }
        }
    }

    private async Task SendBatchAsync(long step, ReadOnlyMemory<int> batch, CancellationToken cancellationToken)
    {
        bool absent = IsAbsent(step);
        foreach (Microbatch some in _plan.Microbatches(batch.Length))
        {
            Memory<float> cut = _cut.AsMemory(some.Of(_plan.CutWidth));
            if (absent)
            {
                cut.Span.Clear();
            }
            else
            {
                _passes.Forward(batch.Span, step, some, _cut.AsSpan(0, batch.Length * _plan.CutWidth));
                NonFiniteException.Check(cut.Span, step);
                _context.View?.Trained(batch.Span[some.Of(1)], cut.Span);
            }

            await SendPieceAsync(ActivationPurpose.Training, step, some.Number, cut, cancellationToken);
        }
    }

    private bool IsAbsent(long step) => _absence?.IsAbsent(_context.Self, step) ?? false;

    /// <summary>
    /// Takes the oldest step's gradients and learns from them, unless this party was absent from the step; gives what the last of them says of a checkpoint.
    /// </summary>
    private async Task<long?> LearnAsync(ReadOnlyMemory<int> batch, GradientReader gradients, CancellationToken cancellationToken)
    {
        bool absent = IsAbsent(_step);
        if (_plan.Staleness > 0 && !absent)
        {
            // Later steps went forward since: once more, with the weights that the gradients are about to change.
            _passes.ForwardAgain(batch.Span, _step, _cut.AsSpan(0, batch.Length * _plan.CutWidth));
        }

        long? checkpoint = null;
        long began = _time.GetTimestamp();
        foreach (Microbatch some in _plan.Microbatches(batch.Length))
        {
            using BorrowedMessage<ActivationGradients> borrowed = await gradients.NextAsync(cancellationToken);
            if (some.Start == 0)
            {
                _passes.Waited(_time.GetElapsedTime(began));
            }

            ActivationGradients message = borrowed.Message;
            ReadGradient(message, some);
            _context.View?.Answered(batch.Span[some.Of(1)], _gradient.AsSpan(some.Of(_plan.CutWidth)));
            if (checkpoint is not null)
            {
                throw new PeerProtocolException(_labelParty.Peer, GradientStep, $"it announces a checkpoint within step {_step}.");
            }

            checkpoint = message.Checkpoint;
            _transcript.Append(message);
            _shortened += GradientBound.Apply(_gradient.AsSpan(some.Of(_plan.CutWidth)), _plan.CutWidth);
            _clip?.Backward(_cut.AsSpan(some.Of(_plan.CutWidth)), _gradient.AsSpan(some.Of(_plan.CutWidth)));
            if (_private is null && !absent)
            {
                _passes.Backward(some, _gradient.AsSpan(0, batch.Length * _plan.CutWidth));
            }
        }

        if (_private is not null)
        {
            double[] squares = new double[batch.Length];
            _rowwise!.MeasureRows(_gradient.AsSpan(0, batch.Length * _plan.CutWidth), squares);
            _private.Apply(_step, squares, (f => _rowwise.AddRows(f), _rowwise.VisitGradients));
        }

        if (!absent)
        {
            _own.Step(_plan.Rate.At(_step));
        }

        _step++;
        _rowsTrained += batch.Length;
        return checkpoint;
    }

    private void CheckAnnouncement(long? checkpoint, bool stretchEnds, bool epochEnds)
    {
        string? problem =
            checkpoint is null ? null
            : stretchEnds && epochEnds ? "before the epoch's decision"
            : _plan.Staleness > 0 && !stretchEnds ? "while later steps are under way"
            : null;
        if (problem is not null)
        {
            throw new PeerProtocolException(_labelParty.Peer, GradientStep, $"it announces a checkpoint of step {_step} {problem}.");
        }
    }

    private void ReadGradient(ActivationGradients message, Microbatch due)
    {
        if (message.Step != _step || message.Microbatch != due.Number)
        {
            throw new PeerProtocolException(
                _labelParty.Peer, GradientStep, $"it answers step {message.Step}/{message.Microbatch}, we are at {_step}/{due.Number}.");
        }

        Span<float> gradient = _gradient.AsSpan(due.Of(_plan.CutWidth));
        int bytes = gradient.Length * GradientEncoding.SizeOf(_context.Study.Training.Gradients);
        if (message.Values.Length != bytes)
        {
            throw new PeerProtocolException(_labelParty.Peer, GradientStep, $"{message.Values.Length} bytes of gradients where {bytes} belong.");
        }

        GradientEncoding.Read(message.Values.Span, _context.Study.Training.Gradients, gradient);
        foreach (float g in gradient)
        {
            if (!float.IsFinite(g))
            {
                throw new PeerProtocolException(_labelParty.Peer, GradientStep, $"a gradient at the cut is NaN or infinite at step {_step}.");
            }
        }
    }

    private async Task SendActivationsAsync(ActivationPurpose purpose, long step, int[] rows, CancellationToken cancellationToken, bool present = true)
    {
        int piece = 0;
        foreach (ReadOnlyMemory<int> some in TrainingPlan.Pieces(rows))
        {
            Memory<float> cut = _cut.AsMemory(0, some.Length * _plan.CutWidth);
            if (present)
            {
                _own.Forward(some.Span, step, training: false, cut.Span);
                NonFiniteException.Check(cut.Span, _step);
            }
            else
            {
                cut.Span.Clear();
            }

            if (purpose == ActivationPurpose.Evaluation)
            {
                _context.View?.Evaluated(some.Span, cut.Span);
            }

            await SendPieceAsync(purpose, step, piece++, cut, cancellationToken);
        }
    }

    private ValueTask SendPieceAsync(
        ActivationPurpose purpose, long step, int microbatch, ReadOnlyMemory<float> cut, CancellationToken cancellationToken)
    {
        Memory<byte> masked = _masked.AsMemory(0, cut.Length * _elementSize);
        _encoder.Encode(purpose, step, microbatch, cut.Span, masked.Span);
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
