using VerticalFL.Training.Split;

namespace VerticalFL.Training.Inference;

/// <summary>Rows that travel in one message.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Rows">Row numbers of the table, ascending.</param>
internal sealed record InferencePiece(int Number, int[] Rows)
{
    /// <summary>How many rows there are up to its end.</summary>
    public int End => Rows[^1] + 1;

    /// <summary>A table's pieces in order.</summary>
    public static IEnumerable<InferencePiece> Of(int tableRows)
    {
        for (int start = 0; start < tableRows; start += TrainingPlan.PieceRows)
        {
            yield return new InferencePiece(
                start / TrainingPlan.PieceRows, [.. Enumerable.Range(start, Math.Min(TrainingPlan.PieceRows, tableRows - start))]);
        }
    }
}
