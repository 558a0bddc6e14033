using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>A nonlinearity.</summary>
internal sealed unsafe class ActivationLayer(string name, int width, Activation kind, EngineContext context)
    : Layer(name, width, width, context)
{
    private readonly AlignedBuffer output = new();
    private float* lastInput;

    public override float* Forward(float* input, int rows, long step, bool training)
    {
        lastInput = input;
        int count = checked(rows * Outputs);
        output.EnsureCapacity(count);
        switch (kind)
        {
            case Activation.Relu:
                Context.Kernels.Map(default(ReluMap), input, output.Pointer, count);
                break;
            case Activation.Gelu:
                Context.Kernels.Map(default(GeluMap), input, output.Pointer, count);
                break;
            case Activation.Tanh:
                Context.Kernels.Map(default(TanhMap), input, output.Pointer, count);
                break;
            default:
                throw new InvalidOperationException($"There is no activation {kind}.");
        }

        return output.Pointer;
    }

    public override float* Backward(float* gradient, int rows, bool inputGradientNeeded)
    {
        int count = rows * Outputs;
        switch (kind)
        {
            case Activation.Relu:
                Context.Kernels.Map2(default(ReluGradientMap), gradient, output.Pointer, gradient, count);
                break;
            case Activation.Gelu:
                Context.Kernels.Map2(default(GeluGradientMap), gradient, lastInput, gradient, count);
                break;
            default:
                Context.Kernels.Map2(default(TanhGradientMap), gradient, output.Pointer, gradient, count);
                break;
        }

        return gradient;
    }
}
