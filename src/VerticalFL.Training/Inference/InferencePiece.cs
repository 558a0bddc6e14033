using VerticalFL.Messages.Studies;
using VerticalFL.Training.Split;

namespace VerticalFL.Training.Inference;

/// <summary>Rows that travel in one message.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Rows">Row numbers of the table, ascending.</param>
internal sealed record InferencePiece(int Number, int[] Rows)
{
    /// <summary>How many rows there are up to its end.</summary>
    public int End => (Number * TrainingPlan.PieceRows) + Rows.Length;

    /// <summary>A prediction would tell of a patient whom no plan has paid for.</summary>
    /// <exception cref="ArgumentException">The study has differential privacy.</exception>
    public static void RefuseDifferentialPrivacy(Study study)
    {
        if (study.Privacy.DifferentialPrivacy is not null)
        {
            throw new ArgumentException("A study with differential privacy predicts no further patients: nothing has been charged for what their rows would tell.", nameof(study));
        }
    }

    /// <summary>A table's pieces in order.</summary>
    public static IEnumerable<InferencePiece> Of(int[] rows) => TrainingPlan.Pieces(rows).Select((some, number) => new InferencePiece(number, some.ToArray()));

    /// <summary>The named rows, or all of a table.</summary>
    public static int[] RowsOf(IReadOnlyList<int>? rows, int tableRows) => rows is null ? [.. Enumerable.Range(0, tableRows)] : [.. rows];
}
