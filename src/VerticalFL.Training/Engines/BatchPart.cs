namespace VerticalFL.Training.Engines;

/// <summary>Where some rows stand in their training batch: a batch may come in parts, one after the other, and gives the bits of the whole.</summary>
/// <param name="First">The first row within the batch; a multiple of 8, where dropout's key stream has a block's begin at any width.</param>
/// <param name="BatchRows">How many rows the whole batch has.</param>
public readonly record struct BatchPart(int First, int BatchRows)
{
    /// <summary>A batch of so many rows in one part.</summary>
    public static BatchPart Whole(int rows) => new(0, rows);
}
