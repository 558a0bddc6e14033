using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>What the layers of one network compute with.</summary>
internal sealed class EngineContext(KernelSet kernels)
{
    public KernelSet Kernels { get; } = kernels;

    public ProductWorkspace Workspace { get; } = new();
}
