using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines.Kernels;
using VerticalFL.Training.Models;
using VerticalFL.Training.Tests.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Models;

public sealed class OptimizerTests
{
    private const int Count = 37;

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    public void Fifty_steps_follow_the_paper_in_double_precision_and_agree_at_every_width(OptimizerKind kind)
    {
        var settings = new OptimizerSettings { Kind = kind, LearningRate = 0.01, WeightDecay = 0.1, Momentum = 0.8 };
        double[] w = Array.ConvertAll(Widths.Numbers(1, Count), x => (double)x);
        double[] m = new double[Count];
        double[] v = new double[Count];
        for (int t = 1; t <= 50; t++)
        {
            float[] g = Widths.Numbers(100 + t, Count);
            for (int i = 0; i < Count; i++)
            {
                Reference(settings, t, g[i], ref w[i], ref m[i], ref v[i]);
            }
        }

        float[]? first = null;
        foreach (VectorWidth width in Widths.All)
        {
            Parameter p = Run(settings, 50, t => Widths.Numbers(100 + t, Count), KernelSet.For(width));
            first ??= p.Values.ToArray();
            Assert.True(first.AsSpan().SequenceEqual(p.Values), $"{width}");
        }

        for (int i = 0; i < Count; i++)
        {
            Assert.True(Math.Abs(w[i] - first![i]) < 2e-6, $"weight {i}: {first[i]}, not {w[i]}");
        }
    }

    [Fact]
    public void A_moment_that_fades_becomes_zero_rather_than_subnormal()
    {
        Parameter p = Run(new OptimizerSettings { Kind = OptimizerKind.Adam, WeightDecay = 0 }, 1200, t => t == 1 ? Widths.Numbers(1, Count) : new float[Count], KernelSet.Best);
        Assert.All(p.Slots[0].Span(Count).ToArray(), x => Assert.Equal(0f, x));
        Assert.All(p.Slots[1].Span(Count).ToArray(), x => Assert.True(x >= 7e-31f));
    }

    [Theory]
    [InlineData(0, 0, 0.9)]
    [InlineData(double.NaN, 0, 0.9)]
    [InlineData(0.1, -1, 0.9)]
    [InlineData(0.1, 0, 1)]
    public void Settings_that_cannot_learn_are_refused(double rate, double decay, double momentum)
    {
        using var context = new EngineContext(KernelSet.Best);
        var settings = new OptimizerSettings { LearningRate = rate, WeightDecay = decay, Momentum = momentum };
        Assert.Throws<ArgumentException>(() => new Optimizer(settings, context));
    }

    private static Parameter Run(OptimizerSettings settings, int steps, Func<int, float[]> gradient, KernelSet kernels)
    {
        var p = new Parameter("w", 1, Count);
        Widths.Numbers(1, Count).CopyTo(p.Values);
        using var context = new EngineContext(kernels);
        var optimizer = new Optimizer(settings, context);
        for (int t = 1; t <= steps; t++)
        {
            gradient(t).CopyTo(p.Gradient.Span(Count));
            optimizer.Step([p], RateAt(t));
        }

        return p;
    }

    private static double RateAt(int step) => 1.0 / (1 + (step % 4));

    private static void Reference(OptimizerSettings s, int t, double g, ref double w, ref double m, ref double v)
    {
        s = s with { LearningRate = s.LearningRate * RateAt(t) };
        if (s.Kind == OptimizerKind.Sgd)
        {
            m = (s.Momentum * m) + g + (s.WeightDecay * w);
            w -= s.LearningRate * m;
            return;
        }

        if (s.Kind == OptimizerKind.Adam)
        {
            g += s.WeightDecay * w;
        }
        else
        {
            w -= s.LearningRate * s.WeightDecay * w;
        }

        m = (0.9 * m) + (0.1 * g);
        v = (0.999 * v) + (0.001 * g * g);
        w -= s.LearningRate * (m / (1 - Math.Pow(0.9, t))) / (Math.Sqrt(v / (1 - Math.Pow(0.999, t))) + 1e-8);
    }
}
