using VerticalFL.Cryptography.Prg;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>
/// y = b + x W, with W inputs x outputs. Each output is one FMA chain that begins with the bias and takes the inputs in ascending order.
/// </summary>
internal sealed unsafe class DenseLayer : Layer
{
    private readonly Parameter weight;
    private readonly Parameter? bias;
    private readonly AlignedBuffer zeros;
    private readonly AlignedBuffer start;
    private readonly AlignedBuffer output = new();
    private readonly AlignedBuffer inputGradient = new();
    private float* batchInput;

    /// <param name="name">The layer's name.</param>
    /// <param name="inputs">Columns of x.</param>
    /// <param name="outputs">Columns of y.</param>
    /// <param name="hasBias">Whether there is a b; the projections to the cut have none, because their sum has one.</param>
    /// <param name="seed">The party's seed.</param>
    /// <param name="context">What to compute with.</param>
    public DenseLayer(string name, int inputs, int outputs, bool hasBias, ReadOnlySpan<byte> seed, EngineContext context)
        : base(name, inputs, outputs, context)
    {
        weight = new Parameter($"{name}.weight", inputs, outputs);
        FillUniform(weight.Values, (float)InitialBound(inputs), seed, weight.Name);
        bias = hasBias ? new Parameter($"{name}.bias", 1, outputs) : null;
        Parameters = bias is null ? [weight] : [weight, bias];
        zeros = new AlignedBuffer(Math.Max(inputs, outputs));
        start = bias?.Value ?? zeros;
    }

    public override IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>
    /// Uniform with variance 1 / (3 inputs), as LeCun et al. 1998, "Efficient BackProp", section 4.6 and PyTorch's linear layers begin. The larger
    /// bounds of He and Glorot suit deep networks; these are shallow, and on a few hundred patients a small beginning generalises better.
    /// </summary>
    private static double InitialBound(int inputs) => Math.Sqrt(1.0 / inputs);

    public override float* Forward(float* input, int rows, long step, bool training)
    {
        batchInput = input - (Context.Part.First * Inputs);
        float* y = Place(output, Outputs);
        Context.Multiply(new MatrixProduct
        {
            M = rows, N = Outputs, K = Inputs, A = input, B = weight.Value.Pointer, C = y, Start = start.Pointer,
        });
        return y;
    }

    public override void AddGradients(float* gradient, int rows)
    {
        float* input = batchInput + (Context.Part.First * Inputs);
        Context.Multiply(new MatrixProduct
        {
            M = Inputs, N = Outputs, K = rows, A = input, TransposeA = true, B = gradient, C = weight.Gradient.Pointer,
        });
        if (bias is not null)
        {
            Context.Kernels.AddColumnSums(gradient, rows, Outputs, bias.Gradient.Pointer);
        }
    }

    // A row's gradient of W is the outer product of x and g: its squared norm is |x|^2 |g|^2 (Goodfellow 2015, "Efficient Per-Example Gradient Computations").
    public override void AddSquares(float* gradient, int rows, Span<double> squares)
    {
        float* input = batchInput + (Context.Part.First * Inputs);
        for (int i = 0; i < rows; i++)
        {
            squares[i] += Square(gradient + (i * Outputs), Outputs) * (Square(input + (i * Inputs), Inputs) + (bias is null ? 0 : 1));
        }
    }

    public override float* PassBack(float* gradient, int rows, bool inputGradientNeeded)
    {
        if (!inputGradientNeeded)
        {
            return null;
        }

        inputGradient.EnsureCapacity(checked(rows * Inputs));
        Context.Multiply(new MatrixProduct
        {
            M = rows, N = Inputs, K = Outputs, A = gradient, B = weight.Value.Pointer, TransposeB = true, C = inputGradient.Pointer, Start = zeros.Pointer,
        });
        return inputGradient.Pointer;
    }

    private static void FillUniform(Span<float> values, float bound, ReadOnlySpan<byte> seed, string name)
    {
        using var generator = new SeededGenerator(seed, $"init/{name}");
        foreach (ref float value in values)
        {
            value = MathF.FusedMultiplyAdd(generator.NextSingle(), 2 * bound, -bound);
        }
    }
}
