using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>A nonlinearity.</summary>
internal sealed unsafe class ActivationLayer(string name, int width, Activation kind, EngineContext context)
    : Layer(name, width, width, context)
{
    private readonly AlignedBuffer output = new();
    private float* batchInput;

    public Activation Kind { get; } = kind;

    public override float* Forward(float* input, int rows, long step, bool training)
    {
        batchInput = input - (Context.Part.First * Inputs);
        int count = checked(rows * Outputs);
        float* y = Place(output, Outputs);
        switch (Kind)
        {
            case Activation.Relu:
                Context.Kernels.Map(default(ReluMap), input, y, count);
                break;
            case Activation.Gelu:
                Context.Kernels.Map(default(GeluMap), input, y, count);
                break;
            case Activation.Tanh:
                Context.Kernels.Map(default(TanhMap), input, y, count);
                break;
            default:
                throw new InvalidOperationException($"There is no activation {Kind}.");
        }

        return y;
    }

    public override float* PassBack(float* gradient, int rows, bool inputGradientNeeded)
    {
        int count = rows * Outputs;
        float* y = Place(output, Outputs);
        switch (Kind)
        {
            case Activation.Relu:
                Context.Kernels.Map2(default(ReluGradientMap), gradient, y, gradient, count);
                break;
            case Activation.Gelu:
                Context.Kernels.Map2(default(GeluGradientMap), gradient, batchInput + (Context.Part.First * Inputs), gradient, count);
                break;
            default:
                Context.Kernels.Map2(default(TanhGradientMap), gradient, y, gradient, count);
                break;
        }

        return gradient;
    }
}
