using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Split;

/// <summary>What every party derives alike from study and row assignment: sizes, pieces, and what may not be.</summary>
internal sealed class TrainingPlan
{
    /// <summary>Rows of one piece outside training batches; 2^16 pieces of it hold the largest cohort.</summary>
    public const int PieceRows = 1024;

    private readonly int _seed;
    private readonly int[] _trainingRows;

    public TrainingPlan(Study study, RowAssignment rows, int cutWidth)
    {
        if (cutWidth is < 1 or > TrainingReady.MaxCutWidth)
        {
            throw new ArgumentException($"The cut is {cutWidth} wide; set model.cut to 1 to {TrainingReady.MaxCutWidth}.");
        }

        _seed = study.Seed;
        _trainingRows = [.. rows.TrainingRows];
        Batch = Math.Min(study.Training.Batch, _trainingRows.Length);
        if ((long)Batch * cutWidth > MaskedActivations.MaxValues)
        {
            throw new ArgumentException(
                $"A batch of {Batch} rows times a cut of {cutWidth} exceeds {MaskedActivations.MaxValues} values; lower training.batch or model.cut.");
        }

        CutWidth = cutWidth;
        Epochs = study.Training.Epochs;
        Patience = study.Training.EarlyStopping.Patience;
        Validation = [.. rows.ValidationRows];
        LargestPiece = Math.Max(Batch, PieceRows) * cutWidth;
    }

    public int CutWidth { get; }

    public int Batch { get; }

    public int Epochs { get; }

    public int Patience { get; }

    /// <summary>Values in the largest piece.</summary>
    public int LargestPiece { get; }

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

    public static IEnumerable<ReadOnlyMemory<int>> Pieces(int[] rows)
    {
        for (int start = 0; start < rows.Length; start += PieceRows)
        {
            yield return rows.AsMemory(start, Math.Min(PieceRows, rows.Length - start));
        }
    }

    /// <summary>The parts whose rows are predicted at the end, in order; the part's number is the step of the evaluation.</summary>
    public static IEnumerable<(RowPart Part, int[] Rows)> Evaluations(RowAssignment rows) =>
        new[] { (RowPart.Training, rows.TrainingRows), (RowPart.Validation, rows.ValidationRows), (RowPart.Test, rows.TestRows) }
            .Where(p => p.Item2.Count > 0)
            .Select(p => (p.Item1, p.Item2.ToArray()));
}
