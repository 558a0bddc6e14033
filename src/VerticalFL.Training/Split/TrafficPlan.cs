using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Split;

/// <summary>How many bytes a training sends, from study and row assignment alone: every message but those of checkpoints.</summary>
internal sealed class TrafficPlan
{
    private readonly TrainingPlan _plan;
    private readonly RowAssignment _rows;
    private readonly Study _study;
    private readonly int _valueBytes;
    private readonly int _gradientBytes;
    private readonly long _batches;
    private readonly int[] _messages;
    private readonly bool _testRows;

    public TrafficPlan(Study study, TrainingPlan plan, RowAssignment rows, int elementSize, bool testRows = true)
    {
        (_study, _plan, _rows, _testRows) = (study, plan, rows, testRows);
        _valueBytes = elementSize * plan.CutWidth;
        _gradientBytes = GradientEncoding.SizeOf(study.Training.Gradients) * plan.CutWidth;
        IReadOnlyList<Microbatch>[] batches = [.. plan.Batches(0).Select(b => plan.Microbatches(b.Length))];
        _batches = batches.SelectMany(b => b).Sum(some => Activations(ActivationPurpose.Training, 0, some.Number, some.Rows) + Gradients(some));
        _messages = [.. batches.Select(b => 2 * b.Count)];
    }

    private long Parties => _study.FeatureParties.Count;

    /// <summary>An epoch, with step numbers of one byte.</summary>
    public long Epoch => Parties * (_batches + Pieces(ActivationPurpose.Validation, 0, _plan.Validation) + Size(new EpochDecision { Epoch = 0, Outcome = EpochOutcome.Continue }));

    /// <summary>So many epochs with everything before and behind them.</summary>
    public long Total(int epochs)
    {
        long total = Begin();
        for (int epoch = 0; epoch < epochs; epoch++)
        {
            total += Pieces(ActivationPurpose.Validation, epoch, _plan.Validation) + Size(new EpochDecision { Epoch = epoch, Outcome = EpochOutcome.Continue }) + _batches;
            for (int b = 0; b < _messages.Length; b++)
            {
                total += _messages[b] * Wider(((long)epoch * _messages.Length) + b);
            }
        }

        total += TrainingPlan.Evaluations(_rows, _testRows).Sum(e => Pieces(ActivationPurpose.Evaluation, (long)e.Part, e.Rows));
        int[] test = [.. _rows.TestRows];
        total += !_testRows ? 0 : TrainingPlan.SubsetEvaluations(_study).Sum(e => Pieces(ActivationPurpose.Evaluation, e.Place, test));
        return Parties * (total + End());
    }

    /// <summary>How many more bytes MessagePack needs for a number than for 0.</summary>
    private static int Wider(long number) => number < 128 ? 0 : number < 256 ? 1 : number < 65_536 ? 2 : number <= uint.MaxValue ? 4 : 8;

    private static long Bulk(long head, long bytes) => head + bytes + (bytes < 256 ? 0 : bytes < 65_536 ? 1 : 3);

    private static long Size<T>(T message)
        where T : IMessage<T> => MessageCodec.Encode(message).Length;

    private long Begin() =>
        Size(new TrainingReady { Attempt = 1, Rows = _rows.Count, CutWidth = _plan.CutWidth, AssignmentHash = _rows.Hash })
        + Size(new ResumeOffer { Held = [] }) + Size(new ResumeChoice { Chosen = null })
        + ((Parties - 1) * (Size(new MaskContribution { Attempt = 1, Contribution = new byte[MaskContribution.Size] }) + Absence()));

    private long Absence() => _study.Training.PartyDropout == 0 ? 0 : Size(new AbsenceContribution { Contribution = new byte[AbsenceContribution.Size] });

    private long End()
    {
        ModelPart[] parts = [.. _study.Parties.Order().Select(p => new ModelPart(p, new byte[32]))];
        return Size(new RunSummary { Parts = parts, ModelHash = new byte[32] });
    }

    private long Pieces(ActivationPurpose purpose, long step, int[] rows) =>
        TrainingPlan.Pieces(rows).Select((some, piece) => Activations(purpose, step, piece, some.Length)).Sum();

    private long Activations(ActivationPurpose purpose, long step, int microbatch, int rows) =>
        Bulk(Size(new MaskedActivations { Purpose = purpose, Step = step, Microbatch = microbatch, Values = default }), (long)rows * _valueBytes);

    private long Gradients(Microbatch some) =>
        Bulk(Size(new ActivationGradients { Step = 0, Microbatch = some.Number, Values = default }), (long)some.Rows * _gradientBytes);
}
