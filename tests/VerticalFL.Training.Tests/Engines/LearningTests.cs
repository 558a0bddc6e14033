using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Losses;
using Xunit;

namespace VerticalFL.Training.Tests.Engines;

/// <summary>Two parties hold one bit each; only together they know the exclusive or.</summary>
public sealed class LearningTests
{
    [Fact]
    public void Two_bottoms_and_a_top_learn_the_exclusive_or_of_bits_that_neither_holds_alone()
    {
        const int Rows = 64;
        const int Cut = 8;
        float[] left = new float[Rows];
        float[] right = new float[Rows];
        float[] labels = new float[Rows];
        int[] rows = new int[Rows];
        for (int i = 0; i < Rows; i++)
        {
            left[i] = i % 2;
            right[i] = i / 2 % 2;
            labels[i] = (i % 2) ^ (i / 2 % 2);
            rows[i] = i;
        }

        byte[] seed = new byte[32];
        var optimizer = new OptimizerSettings { LearningRate = 0.02, WeightDecay = 0 };
        var bottom = new BottomSettings { Layers = [8], Dropout = 0 };
        using var a = new ManagedBottomModel(new FeatureMatrix(left, Rows, 1, ["bit"]), bottom, Cut, optimizer, seed);
        seed[0] = 1;
        using var b = new ManagedBottomModel(new FeatureMatrix(right, Rows, 1, ["bit"]), bottom, Cut, optimizer, seed);
        seed[0] = 2;
        var model = new ModelSettings { Cut = Cut, Top = [16], TopDropout = 0 };
        using var top = new TopModel(model, 1, Loss.For(TaskKind.Binary, 2), optimizer, seed);
        float[] cutA = new float[Rows * Cut];
        float[] cutB = new float[Rows * Cut];
        float[] outputs = new float[Rows];
        double first = 0;
        double last = 0;
        for (int step = 0; step < 200; step++)
        {
            a.Forward(rows, step, training: true, cutA);
            b.Forward(rows, step, training: true, cutB);
            for (int i = 0; i < cutA.Length; i++)
            {
                cutA[i] += cutB[i];
            }

            top.Forward(cutA, Rows, step, training: true, outputs);
            last = top.BackwardFrom(new BatchTargets(labels), cutA);
            first = step == 0 ? last : first;
            a.Backward(cutA);
            b.Backward(cutA);
            a.Step();
            b.Step();
            top.Step();
        }

        Assert.True(first > 0.5, $"The first loss is {first}.");
        Assert.True(last < 0.02, $"The last loss is {last}.");
    }
}
