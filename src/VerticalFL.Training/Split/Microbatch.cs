namespace VerticalFL.Training.Split;

/// <summary>A run of a batch's rows that travels by itself.</summary>
/// <param name="Number">From 0.</param>
/// <param name="Start">The first row within the batch.</param>
/// <param name="Rows">How many rows, at least one.</param>
internal readonly record struct Microbatch(int Number, int Start, int Rows)
{
    /// <summary>A batch in one piece.</summary>
    public static Microbatch Whole(int rows) => new(0, 0, rows);

    /// <summary>The microbatch's part of something that holds so many elements a row of the batch.</summary>
    public Range Of(int elementsPerRow) => (Start * elementsPerRow)..((Start + Rows) * elementsPerRow);
}
