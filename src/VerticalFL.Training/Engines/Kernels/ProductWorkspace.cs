namespace VerticalFL.Training.Engines.Kernels;

/// <summary>Room for the packed panels of one matrix product at a time. Not for two threads at once.</summary>
internal sealed unsafe class ProductWorkspace
{
    /// <summary>
    /// Rows of a packed block of the left matrix; a multiple of every tile height. With 256 steps of k it is 128 KiB, half a usual L2
    /// cache.
    /// </summary>
    public const int BlockRows = 128;

    /// <summary>Steps of k in a packed block. It has no influence on the numbers: a chain goes on where the last block left it.</summary>
    public const int BlockInner = 256;

    /// <summary>Columns of a packed block of the right matrix; a multiple of every tile width.</summary>
    public const int BlockColumns = 512;

    private readonly AlignedBuffer left = new(BlockRows * BlockInner);
    private readonly AlignedBuffer right = new(BlockInner * BlockColumns);

    /// <summary>The packed block of the left matrix.</summary>
    public float* Left => left.Pointer;

    /// <summary>The packed block of the right matrix.</summary>
    public float* Right => right.Pointer;
}
