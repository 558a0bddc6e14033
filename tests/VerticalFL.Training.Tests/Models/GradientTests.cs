using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;
using VerticalFL.Training.Models;
using VerticalFL.Training.Tests.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Models;

/// <summary>Backward against central differences of Forward, for every weight and every input of small networks.</summary>
public sealed unsafe class GradientTests
{
    private const int Rows = 5;
    private const int Inputs = 7;
    private const float Difference = 2e-3f;

    [Theory]
    [InlineData(Activation.Tanh, false, 0, 0)]
    [InlineData(Activation.Gelu, false, 0, 0)]
    [InlineData(Activation.Relu, false, 0, 0)]
    [InlineData(Activation.Tanh, true, 0, 0)]
    [InlineData(Activation.Gelu, true, 0.3, 0)]
    [InlineData(Activation.Relu, false, 0.5, 0.3)]
    [InlineData(Activation.Gelu, true, 0.2, 0.2)]
    public void Backward_of_a_bottom_agrees_with_differences(Activation activation, bool layerNorm, double dropout, double inputDropout)
    {
        using var context = new EngineContext(KernelSet.Best);
        var settings = new BottomSettings { Layers = [9, 6], Activation = activation, LayerNorm = layerNorm, Dropout = dropout, InputDropout = inputDropout };
        Check(NetworkBuilder.Bottom(Inputs, settings, 4, new byte[32], context), 4, context);
    }

    [Theory]
    [InlineData("clinical", Activation.Relu, 0)]
    [InlineData("clinical", Activation.Tanh, 0.3)]
    [InlineData("linear", Activation.Relu, 0)]
    public void Backward_of_a_top_agrees_with_differences(string preset, Activation activation, double dropout)
    {
        using var context = new EngineContext(KernelSet.Best);
        bool linear = preset == "linear";
        var settings = new ModelSettings { Preset = preset, Cut = Inputs, Top = linear ? [] : [6], TopActivation = activation, TopDropout = dropout };
        Check(NetworkBuilder.Top(settings, linear ? Inputs : 3, new byte[32], context), linear ? Inputs : 3, context);
    }

    private static void Check(IReadOnlyList<Layer> layers, int outputs, EngineContext context)
    {
        using var network = new Network("bottom", layers, new OptimizerSettings(), inputGradientNeeded: true, context);
        int seed = 1;
        foreach (Parameter p in network.Weights.Parameters)
        {
            // Biases and gains away from their first values, so that a missing term shows.
            foreach (ref float w in p.Values)
            {
                w += Widths.Numbers(seed++, 1, 0.2f)[0];
            }
        }

        var input = new AlignedBuffer(Rows * Inputs);
        Widths.Numbers(11, Rows * Inputs, 2).CopyTo(input.Span(Rows * Inputs));
        float[] direction = Widths.Numbers(12, Rows * outputs);
        double Value()
        {
            float* y = network.Forward(input.Pointer, Rows, 3, training: true, BatchPart.Whole(Rows));
            double sum = 0;
            for (int i = 0; i < direction.Length; i++)
            {
                sum += (double)direction[i] * y[i];
            }

            return sum;
        }

        Value();
        var gradient = new AlignedBuffer(direction.Length);
        direction.CopyTo(gradient.Span(direction.Length));
        float* back = network.Backward(gradient.Pointer, Rows);
        Compare(input.Span(Rows * Inputs), new Span<float>(back, Rows * Inputs).ToArray(), Value, "input");
        foreach (Parameter p in network.Weights.Parameters)
        {
            Compare(p.Values, p.Gradient.Span(p.Count).ToArray(), Value, p.Name);
        }
    }

    private static void Compare(Span<float> values, float[] gradient, Func<double> value, string name)
    {
        Assert.Contains(gradient, g => g != 0);
        for (int i = 0; i < values.Length; i++)
        {
            float kept = values[i];
            double here = value();
            values[i] = kept + Difference;
            double right = (value() - here) / (values[i] - (double)kept);
            values[i] = kept - Difference;
            double left = (here - value()) / (kept - (double)values[i]);
            values[i] = kept;

            // Where a difference reaches over a rectifier's kink, the slope is that of one side or the other.
            double tolerance = 2e-3 + (0.005 * Math.Max(Math.Abs(left), Math.Abs(right)));
            Assert.True(
                gradient[i] >= Math.Min(left, right) - tolerance && gradient[i] <= Math.Max(left, right) + tolerance,
                $"{name}[{i}]: {gradient[i]}, differences say {left} to {right}");
        }
    }
}
