using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>What the layers of one network compute with.</summary>
internal sealed class EngineContext(KernelSet kernels)
{
    public KernelSet Kernels { get; } = kernels;

    /// <summary>The row of the batch at which the rows at hand begin.</summary>
    public int FirstRow { get; set; }

    public ProductWorkspace Workspace { get; } = new();
}
