using TorchSharp;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;
using VerticalFL.Training.Models;
using Tensor = TorchSharp.torch.Tensor;

namespace VerticalFL.Training.TorchSharp;

/// <summary>The layers that a network plans, as operations of libtorch over tensors that lie on the layers' own weights.</summary>
internal sealed unsafe class TorchLayers : IDisposable
{
    private readonly KernelSet kernels;
    private readonly Layer[] layers;
    private readonly Tensor[][] parameters;
    private readonly List<Tensor> owned = [];

    /// <param name="layers">First to last; their own Forward and Backward are not used.</param>
    /// <param name="kernels">What looks for numbers that are not finite.</param>
    public TorchLayers(IReadOnlyList<Layer> layers, KernelSet kernels)
    {
        this.kernels = kernels;
        this.layers = [.. layers];
        parameters = [.. layers.Select(layer => layer.Parameters.Select((p, i) => Trained(p, matrix: layer is DenseLayer && i == 0)).ToArray())];
    }

    /// <summary>rows x inputs in, rows x outputs out.</summary>
    /// <exception cref="NonFiniteException">A layer gives a number that is not finite.</exception>
    public Tensor Forward(Tensor input, long step, bool training)
    {
        Tensor x = input;
        for (int i = 0; i < layers.Length; i++)
        {
            Tensor[] p = parameters[i];
            x = layers[i] switch
            {
                // matmul aborts the process where mm and addmm refuse.
                DenseLayer when p.Length == 1 => x.mm(p[0]),
                DenseLayer => p[1].addmm(x, p[0]),
                LayerNormLayer norm => torch.nn.functional.layer_norm(x, [norm.Outputs], p[0], p[1], LayerNormLayer.Epsilon),
                ActivationLayer { Kind: Activation.Relu } => torch.nn.functional.relu(x),
                ActivationLayer { Kind: Activation.Gelu } => torch.nn.functional.gelu(x),
                ActivationLayer { Kind: Activation.Tanh } => torch.tanh(x),
                DropoutLayer dropout => training ? x.mul(Mask(dropout, (int)x.shape[0], step)) : x,
                Layer other => throw new InvalidOperationException($"{other.Name} is a layer that this engine does not have."),
            };
            RequireFinite(x, layers[i].Name, step);
        }

        return x;
    }

    public void Dispose()
    {
        foreach (Tensor tensor in owned)
        {
            tensor.Dispose();
        }

        foreach (Layer layer in layers)
        {
            layer.Dispose();
        }
    }

    /// <summary>A tensor on the weights, whose gradient adds up on theirs.</summary>
    private Tensor Trained(Parameter of, bool matrix)
    {
        long[] shape = matrix ? [of.Rows, of.Columns] : [of.Count];
        Tensor gradient = TensorMemory.On(of.Gradient, shape);
        Tensor value = TensorMemory.On(of.Value, shape).requires_grad_();
        value.grad = gradient;
        owned.AddRange([value, gradient]);
        return value;
    }

    private static Tensor Mask(DropoutLayer layer, int rows, long step)
    {
        Tensor mask = TensorMemory.New(rows, layer.Outputs);
        Span<float> floats = TensorMemory.Floats(mask);
        fixed (float* first = floats)
        {
            layer.Generator.Fill(first, floats.Length, step);
        }

        return mask;
    }

    private void RequireFinite(Tensor x, string layer, long step)
    {
        Span<float> floats = TensorMemory.Floats(x);
        fixed (float* first = floats)
        {
            if (!kernels.AllFinite(first, floats.Length))
            {
                throw new NonFiniteException("bottom", layer, step);
            }
        }
    }
}
