using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>
/// Inverted dropout (Srivastava et al. 2014): in training an element becomes 0 with probability <c>rate</c>, rounded to a multiple of 2^-16, and is
/// otherwise divided by the probability of staying. Evaluation passes through.
/// </summary>
internal sealed unsafe class DropoutLayer(string name, int width, double rate, ReadOnlySpan<byte> seed, EngineContext context)
    : Layer(name, width, width, context)
{
    private readonly AlignedBuffer mask = new();
    private readonly AlignedBuffer output = new();

    public DropoutMask Generator { get; } = new(seed, name, rate);

    public override float* Forward(float* input, int rows, long step, bool training)
    {
        if (!training)
        {
            return input;
        }

        int count = checked(rows * Outputs);
        float* m = Place(mask, Outputs);
        float* y = Place(output, Outputs);
        Generator.Fill(m, count, step, Context.Part.First * Outputs);
        Context.Kernels.Map2(default(ProductMap), input, m, y, count);
        return y;
    }

    public override float* PassBack(float* gradient, int rows, bool inputGradientNeeded)
    {
        Context.Kernels.Map2(default(ProductMap), gradient, Place(mask, Outputs), gradient, rows * Outputs);
        return gradient;
    }

    public override void Dispose() => Generator.Dispose();
}
