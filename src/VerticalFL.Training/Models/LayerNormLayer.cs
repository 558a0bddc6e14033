using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>
/// Layer normalisation (Ba, Kiros, Hinton 2016): each row to mean 0 and variance 1 over its columns, then times gain plus bias. Rows do not meet, so
/// that it fits differential privacy, unlike batch norm. epsilon = 1e-5 is added to the variance.
/// </summary>
internal sealed unsafe class LayerNormLayer : Layer
{
    /// <summary>What is added to the variance.</summary>
    public const float Epsilon = 1e-5f;

    private readonly Parameter gain;
    private readonly Parameter bias;
    private readonly AlignedBuffer standardised = new();
    private readonly AlignedBuffer output = new();
    private readonly AlignedBuffer scales = new();

    public LayerNormLayer(string name, int width, EngineContext context)
        : base(name, width, width, context)
    {
        gain = new Parameter($"{name}.gain", 1, width);
        gain.Values.Fill(1f);
        bias = new Parameter($"{name}.bias", 1, width);
        Parameters = [gain, bias];
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    public override float* Forward(float* input, int rows, long step, bool training)
    {
        KernelSet kernels = Context.Kernels;
        float* normal = Place(standardised, Outputs);
        float* result = Place(output, Outputs);
        float* scaleOf = Place(scales, 1);
        for (int i = 0; i < rows; i++)
        {
            float* x = input + (i * Outputs);
            float* s = normal + (i * Outputs);
            float* y = result + (i * Outputs);
            float mean = kernels.Sum(default(FirstMap), x, x, Outputs) / Outputs;
            float variance = kernels.Sum(new SquaredDeviationMap(mean), x, x, Outputs) / Outputs;
            float scale = 1f / MathF.Sqrt(variance + Epsilon);
            scaleOf[i] = scale;
            kernels.Map(new StandardiseMap(mean, scale), x, s, Outputs);
            kernels.Map2(default(ProductMap), s, gain.Value.Pointer, y, Outputs);
            kernels.Map2(default(SumMap), y, bias.Value.Pointer, y, Outputs);
        }

        return result;
    }

    public override void AddGradients(float* gradient, int rows)
    {
        KernelSet kernels = Context.Kernels;
        kernels.AddColumnSums(gradient, rows, Outputs, bias.Gradient.Pointer);

        // The output is no longer needed; its buffer takes the terms of the gain's gradient.
        float* normal = Place(standardised, Outputs);
        float* terms = Place(output, Outputs);
        kernels.Map2(default(ProductMap), gradient, normal, terms, rows * Outputs);
        kernels.AddColumnSums(terms, rows, Outputs, gain.Gradient.Pointer);
    }

    public override void AddSquares(float* gradient, int rows, Span<double> squares)
    {
        float* normal = Place(standardised, Outputs);
        for (int i = 0; i < rows * Outputs; i++)
        {
            double g = gradient[i];
            squares[i / Outputs] += g * g * (1 + ((double)normal[i] * normal[i]));
        }
    }

    public override float* PassBack(float* gradient, int rows, bool inputGradientNeeded)
    {
        KernelSet kernels = Context.Kernels;
        float* normal = Place(standardised, Outputs);
        float* scaleOf = Place(scales, 1);
        for (int i = 0; i < rows; i++)
        {
            float* g = gradient + (i * Outputs);
            float* s = normal + (i * Outputs);
            kernels.Map2(default(ProductMap), g, gain.Value.Pointer, g, Outputs);
            float mean = kernels.Sum(default(FirstMap), g, g, Outputs) / Outputs;
            float slope = kernels.Sum(default(ProductMap), g, s, Outputs) / Outputs;
            kernels.Map2(new NormGradientMap(mean, slope, scaleOf[i]), g, s, g, Outputs);
        }

        return gradient;
    }
}
