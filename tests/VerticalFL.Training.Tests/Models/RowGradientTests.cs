using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Losses;
using Xunit;

namespace VerticalFL.Training.Tests.Models;

/// <summary>Each row's own gradient, as norms and as weighted sums, against the gradients of one row at a time.</summary>
public sealed class RowGradientTests
{
    private const int Rows = 9;
    private const int Columns = 5;
    private const int Cut = 4;

    public static TheoryData<int[], Activation, bool, double> Bottoms => new()
    {
        { [], Activation.None, false, 0 },
        { [7], Activation.Relu, false, 0 },
        { [6, 3], Activation.Gelu, true, 0 },
        { [8], Activation.Tanh, true, 0.3 },
    };

    [Theory]
    [MemberData(nameof(Bottoms))]
    public void Norms_and_sums_of_a_bottoms_rows_are_those_of_explicit_gradients(int[] layers, Activation activation, bool layerNorm, double dropout)
    {
        var settings = new BottomSettings { Layers = layers, Activation = activation, LayerNorm = layerNorm, Dropout = dropout, InputDropout = dropout };
        float[] gradient = Numbers(Rows * Cut, 2);
        float[] factors = Numbers(Rows, 3);
        int[] all = [.. Enumerable.Range(0, Rows)];
        var cut = new float[Rows * Cut];

        // A row at a time: all other rows' gradients are zero, so that dropout is the same.
        double[][] each = [.. all.Select(row =>
        {
            using ManagedBottomModel model = Make(settings);
            model.Forward(all, 1, training: true, cut);
            var alone = new float[gradient.Length];
            gradient.AsSpan(row * Cut, Cut).CopyTo(alone.AsSpan(row * Cut));
            model.Backward(alone);
            return Gradients(model);
        })];
        using ManagedBottomModel whole = Make(settings);
        whole.Forward(all, 1, training: true, cut);
        double[] squares = [.. Enumerable.Repeat(1.0, Rows)];
        whole.MeasureRows(gradient, squares);
        Assert.All(Gradients(whole), g => Assert.Equal(0, g));
        whole.AddRows(factors);

        for (int row = 0; row < Rows; row++)
        {
            double expected = 1 + each[row].Sum(g => g * g);
            Assert.Equal(expected, squares[row], 1e-5 * expected);
        }

        double[] sum = Gradients(whole);
        for (int i = 0; i < sum.Length; i++)
        {
            Assert.Equal(Enumerable.Range(0, Rows).Sum(r => factors[r] * each[r][i]), sum[i], 2e-5);
        }

        whole.Step();
        Assert.Throws<InvalidOperationException>(() => whole.AddRows(factors));
    }

    [Theory]
    [InlineData("clinical", 4, new[] { 6 })]
    [InlineData("linear", 1, new int[0])]
    public void The_top_gives_the_same_loss_and_gradient_and_its_rows_norms(string preset, int cut, int[] layers)
    {
        float[] sum = Numbers(Rows * cut, 4);
        float[] labels = [.. Enumerable.Range(0, Rows).Select(i => i % 3 == 0 ? 1f : 0f)];
        float[] ones = [.. Enumerable.Repeat(1f, Rows)];
        using TopModel plain = Top(preset, cut, layers);
        using TopModel rowwise = Top(preset, cut, layers);
        var outputs = new float[Rows];
        float[] expected = new float[sum.Length];
        float[] actual = new float[sum.Length];
        plain.Forward(sum, Rows, 0, training: true, outputs);
        double loss = plain.BackwardFrom(new BatchTargets(labels, []), expected);
        rowwise.Forward(sum, Rows, 0, training: true, outputs);
        double[] squares = new double[Rows];
        Assert.Equal(loss, rowwise.MeasureFrom(new BatchTargets(labels, []), actual, squares));
        rowwise.AddRows(ones);

        Assert.Equal(expected, actual);
        Assert.Equal(Gradients(plain), Gradients(rowwise));
        for (int row = 0; row < Rows; row++)
        {
            using TopModel one = Top(preset, cut, layers);
            one.Forward(sum.AsSpan(row * cut, cut), 1, 0, training: true, outputs.AsSpan(0, 1));
            one.BackwardFrom(new BatchTargets([labels[row]], []), new float[cut]);

            // Alone it is the mean over one row.
            double square = Gradients(one).Sum(g => g * g) / (Rows * Rows);
            Assert.Equal(square, squares[row], 1e-5 * square);
        }
    }

    private static double[] Gradients(ManagedBottomModel model)
    {
        var all = new List<double>();
        model.VisitGradients(g => all.AddRange(g.ToArray().Select(x => (double)x)));
        return [.. all];
    }

    private static double[] Gradients(TopModel model)
    {
        var all = new List<double>();
        model.VisitGradients(g => all.AddRange(g.ToArray().Select(x => (double)x)));
        return [.. all];
    }

    private static ManagedBottomModel Make(BottomSettings settings) => new(
        new FeatureMatrix(Numbers(Rows * Columns, 1), Rows, Columns, [.. Enumerable.Range(0, Columns).Select(c => $"x{c}")]), settings, Cut, new OptimizerSettings(),
        new byte[32]);

    private static TopModel Top(string preset, int cut, int[] layers) => new(
        new ModelSettings
        {
            Preset = preset, Cut = cut, Top = layers, TopDropout = 0, TopActivation = preset == "linear" ? Activation.None : Activation.Gelu,
        },
        1, Loss.For(TaskKind.Binary, 2), new OptimizerSettings(), new byte[32]);

    private static float[] Numbers(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)((2 * random.NextDouble()) - 1))];
    }
}
