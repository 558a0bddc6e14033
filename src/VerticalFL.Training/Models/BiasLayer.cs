using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>y = x + b, with b of one row: the bias of the sum at the cut.</summary>
internal sealed unsafe class BiasLayer : Layer
{
    private readonly Parameter bias;
    private readonly AlignedBuffer output = new();

    public BiasLayer(string name, int width, EngineContext context)
        : base(name, width, width, context)
    {
        bias = new Parameter($"{name}.bias", 1, width);
        Parameters = [bias];
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override float* Forward(float* input, int rows, long step, bool training)
    {
        float* y = Place(output, Outputs);
        for (int i = 0; i < rows; i++)
        {
            int at = i * Outputs;
            Context.Kernels.Map2(default(SumMap), input + at, bias.Value.Pointer, y + at, Outputs);
        }

        return y;
    }

    public override void AddGradients(float* gradient, int rows) =>
        Context.Kernels.AddColumnSums(gradient, rows, Outputs, bias.Gradient.Pointer);

    public override void AddSquares(float* gradient, int rows, Span<double> squares)
    {
        for (int i = 0; i < rows; i++)
        {
            squares[i] += Square(gradient + (i * Outputs), Outputs);
        }
    }

    public override float* PassBack(float* gradient, int rows, bool inputGradientNeeded) => gradient;
}
