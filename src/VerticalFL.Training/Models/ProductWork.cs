using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>A product whose rows threads share.</summary>
internal sealed class ProductWork(KernelSet kernels, int threads) : ITeamWork
{
    /// <summary>Bands begin at multiples of this, so that only the last one has a tile that is not full.</summary>
    private const int BandRows = 8;

    private readonly ProductWorkspace[] workspaces = [.. Enumerable.Range(0, threads).Select(_ => new ProductWorkspace())];

    /// <summary>The product.</summary>
    public MatrixProduct Of { get; set; }

    public void Run(int part, int parts)
    {
        int bands = (Of.M + BandRows - 1) / BandRows;
        int first = (int)((long)bands * part / parts) * BandRows;
        int end = Math.Min((int)((long)bands * (part + 1) / parts) * BandRows, Of.M);
        if (first < end)
        {
            kernels.Multiply(Of, first, end - first, workspaces[part]);
        }
    }
}
