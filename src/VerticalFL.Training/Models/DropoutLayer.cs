using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>
/// Inverted dropout (Srivastava et al. 2014): in training an element becomes 0 with probability <c>rate</c>, rounded to a multiple of 2^-16, and is
/// otherwise divided by the probability of staying. The mask depends on (seed, layer, step, place in the batch) only. Evaluation passes through.
/// </summary>
internal sealed unsafe class DropoutLayer : Layer
{
    private const int Scale = 1 << 16;
    private readonly CounterGenerator generator;
    private readonly int threshold;
    private readonly float kept;
    private readonly AlignedBuffer mask = new();
    private readonly AlignedBuffer output = new();

    public DropoutLayer(string name, int width, double rate, ReadOnlySpan<byte> seed, EngineContext context)
        : base(name, width, width, context)
    {
        threshold = Math.Min((int)Math.Round(rate * Scale), Scale - 1);
        kept = (float)((double)Scale / (Scale - threshold));
        generator = new CounterGenerator(seed, $"vfl/v1/dropout/{name}");
    }

    public override float* Forward(float* input, int rows, long step, bool training)
    {
        if (!training)
        {
            return input;
        }

        int count = checked(rows * Outputs);
        mask.EnsureCapacity(count);
        output.EnsureCapacity(count);
        generator.FillDropout(mask.Span(count), step, threshold, kept);
        Context.Kernels.Map2(default(ProductMap), input, mask.Pointer, output.Pointer, count);
        return output.Pointer;
    }

    public override float* Backward(float* gradient, int rows, bool inputGradientNeeded)
    {
        Context.Kernels.Map2(default(ProductMap), gradient, mask.Pointer, gradient, rows * Outputs);
        return gradient;
    }
}
