using TorchSharp;
using VerticalFL.Training.Engines;

namespace VerticalFL.Training.TorchSharp;

/// <summary>
/// Bottom models that libtorch computes, on the processor and one thread: the layers, first weights, dropout masks, optimisers and states of the managed
/// engine, but products, nonlinearities and gradients by TorchSharp. The numbers differ from the managed engine's in their last bits
/// (protocols/training/engine.md, "The TorchSharp engine").
/// </summary>
public sealed class TorchSharpEngine : IBottomEngine
{
    /// <summary>Loads libtorch, and lets it use one thread in this process.</summary>
    /// <exception cref="NotSupportedException">libtorch is not beside the engine.</exception>
    public TorchSharpEngine()
    {
        // With more, libtorch's threads wait for work by spinning, and the sums of a product would depend on their number.
        torch.set_num_threads(1);
    }

    /// <inheritdoc/>
    public string Name => "torchsharp";

    /// <summary>The version of this project's part, then that of libtorch, whose sums another version may order otherwise.</summary>
    public string Version => $"1-libtorch-{torch.__version__}";

    /// <inheritdoc/>
    public IBottomModel Create(BottomModelPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return new TorchBottomModel(plan);
    }
}
