using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Split;

/// <summary>What every party derives alike from study and row assignment: sizes, pieces, and what may not be.</summary>
internal sealed class TrainingPlan
{
    /// <summary>Rows of one piece outside training batches; 2^16 pieces of it hold the largest cohort.</summary>
    public const int PieceRows = 1024;

    /// <summary>
    /// The fewest values of a microbatch, unless the whole batch has fewer: 8 KiB in the 32-bit ring. Smaller ones cost more in messages than they gain.
    /// </summary>
    private const int MicrobatchValues = 2048;

    private const int MostMicrobatches = 8;

    /// <summary>A microbatch begins at a multiple of this, where dropout's key stream has a block's begin at any width.</summary>
    private const int MicrobatchAlignment = 16;

    private readonly int _seed;
    private readonly int[] _trainingRows;
    private readonly int? _everySteps;
    private readonly int? _microbatches;

    public TrainingPlan(Study study, RowAssignment rows, int cutWidth, TrainingSwitches switches)
    {
        if (cutWidth is < 1 or > TrainingReady.MaxCutWidth)
        {
            throw new ArgumentException($"The cut is {cutWidth} wide; set model.cut to 1 to {TrainingReady.MaxCutWidth}.");
        }

        _seed = study.Seed;
        _trainingRows = [.. rows.TrainingRows];
        Batch = Math.Min(study.Training.Batch, _trainingRows.Length);
        Staleness = study.Training.Staleness;
        int most = MaskedActivations.MaxValuesOf(study.Privacy.Ring);
        if ((Staleness + 1L) * Batch * cutWidth > most)
        {
            throw new ArgumentException(
                $"{Staleness + 1} batches of {Batch} rows times a cut of {cutWidth} exceed {most} values; lower training.batch, "
                + "training.staleness or model.cut.");
        }

        Rate = new RateSchedule(study.Training.Schedule, study.Training.Epochs, BatchesPerEpoch);
        _everySteps = study.Checkpoints.EverySteps;
        _microbatches = switches.Microbatches;

        CutWidth = cutWidth;
        Epochs = study.Training.Epochs;
        Patience = study.Training.EarlyStopping.Patience;
        Validation = study.MembersHoldOut ? _trainingRows : [.. rows.ValidationRows];
        LargestPiece = Math.Max(Batch, PieceRows) * cutWidth;
    }

    public int CutWidth { get; }

    public int Batch { get; }

    /// <summary>Steps that may be under way besides the newest.</summary>
    public int Staleness { get; }

    public int Epochs { get; }

    public int Patience { get; }

    /// <summary>By what the learning rate is multiplied at each step.</summary>
    public RateSchedule Rate { get; }

    /// <summary>Values in the largest piece.</summary>
    public int LargestPiece { get; }

    /// <summary>The rows of the pass behind each epoch: where members hold out rows of their own, all that train, for each is held out by some.</summary>
    public int[] Validation { get; }

    public int TrainingRows => _trainingRows.Length;

    /// <summary>Batches of an epoch; every epoch has as many, so that the step alone says which epoch and batch are next.</summary>
    public int BatchesPerEpoch => (_trainingRows.Length + Batch - 1) / Batch;

    /// <summary>Rows that went through training steps before a step.</summary>
    public long RowsTrained(long step)
    {
        long epochs = step / BatchesPerEpoch;
        return (epochs * TrainingRows) + Batches((int)epochs).Take((int)(step % BatchesPerEpoch)).Sum(b => (long)b.Length);
    }

    public IReadOnlyList<ReadOnlyMemory<int>> Batches(int epoch) => PublicOrder.EpochBatches(_seed, epoch, _trainingRows, Batch);

    /// <summary>
    /// Where the pipeline drains next: the batch of an epoch before which every step is over at every party. With staleness that is the epoch's end, or where
    /// the study wants a checkpoint; never where a clock says so, for the weights depend on it.
    /// </summary>
    public int StretchEnd(int epoch, int batch)
    {
        if (Staleness == 0 || _everySteps is not { } every)
        {
            return BatchesPerEpoch;
        }

        long first = (long)epoch * BatchesPerEpoch;
        return (int)Math.Min(BatchesPerEpoch, ((((first + batch) / every) + 1) * every) - first);
    }

    /// <summary>
    /// Into what a batch is cut on the wire, so that the first rows' gradients return while the last rows' activations are under way. It changes when
    /// bytes travel and no result.
    /// </summary>
    public IReadOnlyList<Microbatch> Microbatches(int rows)
    {
        int pieces = _microbatches ?? Math.Clamp(rows * CutWidth / MicrobatchValues, 1, MostMicrobatches);
        int size = (((rows + pieces - 1) / pieces) + MicrobatchAlignment - 1) / MicrobatchAlignment * MicrobatchAlignment;
        return [.. Enumerable.Range(0, (rows + size - 1) / size).Select(m => new Microbatch(m, m * size, Math.Min(size, rows - (m * size))))];
    }

    public static IEnumerable<ReadOnlyMemory<int>> Pieces(int[] rows)
    {
        for (int start = 0; start < rows.Length; start += PieceRows)
        {
            yield return rows.AsMemory(start, Math.Min(PieceRows, rows.Length - start));
        }
    }

    /// <summary>The parts whose rows are predicted at the end, in order; the part's number is the step of the evaluation.</summary>
    public static IEnumerable<(RowPart Part, int[] Rows)> Evaluations(RowAssignment rows, bool testRows = true) =>
        new[] { (RowPart.Training, rows.TrainingRows), (RowPart.Validation, rows.ValidationRows), (RowPart.Test, rows.TestRows) }
            .Where(p => p.Item2.Count > 0 && (testRows || p.Item1 != RowPart.Test))
            .Select(p => (p.Item1, p.Item2.ToArray()));

    /// <summary>
    /// The subsets of the feature parties with which the test rows are predicted beside that of all of them, in order, and the step of each evaluation: the
    /// subset's number behind the parts'. The empty one is the label party's own affair.
    /// </summary>
    public static IEnumerable<(long Place, IReadOnlyList<PartyId> Present)> SubsetEvaluations(Study study)
    {
        IReadOnlyList<IReadOnlyList<PartyId>> subsets = PartySubsets.Of(study);
        return Enumerable.Range(1, Math.Max(0, subsets.Count - 2)).Select(k => ((long)RowPart.Test + k, subsets[k]));
    }
}
