using VerticalFL.Messages.Studies;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Tests.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Losses;

/// <summary>Values and gradients against the textbook formulas, by brute force in double precision.</summary>
public sealed class LossTests
{
    private const int Rows = 29;

    [Theory]
    [InlineData(1f, 1f)]
    [InlineData(0.6f, 3f)]
    public void Binary_cross_entropy_follows_its_formula(float negative, float positive)
    {
        float[] y = Labels(2);
        double Formula(double[] x) => x.Select((z, i) => (y[i] == 1 ? positive : negative) * -Math.Log(1 / (1 + Math.Exp(y[i] == 1 ? -z : z)))).Average();
        Check(Loss.For(TaskKind.Binary, 2, [negative, positive]), Widths.Numbers(1, Rows, 6), y, [], Formula);
    }

    [Fact]
    public void Softmax_cross_entropy_follows_its_formula()
    {
        float[] y = Labels(5);
        float[] weights = [1, 2, 0.5f, 0, 1];
        double Formula(double[] x) => Enumerable.Range(0, Rows).Average(i =>
        {
            double sum = Enumerable.Range(0, 5).Sum(c => Math.Exp(x[(i * 5) + c]));
            return -weights[(int)y[i]] * Math.Log(Math.Exp(x[(i * 5) + (int)y[i]]) / sum);
        });
        Check(Loss.For(TaskKind.Multiclass, 5, weights), Widths.Numbers(2, Rows * 5, 4), y, [], Formula);
    }

    [Fact]
    public void Mean_squared_error_follows_its_formula()
    {
        float[] y = Widths.Numbers(3, Rows, 2);
        Check(Loss.For(TaskKind.Regression, 0), Widths.Numbers(4, Rows, 2), y, [], x => x.Select((z, i) => (z - y[i]) * (z - y[i])).Average());
    }

    [Fact]
    public void Cox_partial_likelihood_follows_its_formula_with_ties()
    {
        // Times in few values, so that events tie with events and with censored rows.
        float[] time = Labels(7);
        float[] happened = Widths.Numbers(5, Rows).Select(v => v > 0 ? 1f : 0f).ToArray();
        double Formula(double[] x) => Enumerable.Range(0, Rows)
            .Where(i => happened[i] == 1)
            .Sum(i => Math.Log(Enumerable.Range(0, Rows).Where(j => time[j] >= time[i]).Sum(j => Math.Exp(x[j]))) - x[i]) / Rows;
        Check(Loss.For(TaskKind.Survival, 0), Widths.Numbers(6, Rows, 3), time, happened, Formula);
    }

    [Fact]
    public void Cox_without_events_is_zero()
    {
        float[] gradient = Widths.Numbers(1, Rows);
        double loss = Loss.For(TaskKind.Survival, 0).Evaluate(Widths.Numbers(2, Rows), new BatchTargets(Labels(7), new float[Rows]), gradient);
        Assert.Equal(0, loss);
        Assert.All(gradient, g => Assert.Equal(0f, g));
    }

    [Fact]
    public void Cox_stays_finite_when_risks_span_hundreds()
    {
        float[] x = [300, -300, 250, -250, 0];
        float[] gradient = new float[5];
        double loss = Loss.For(TaskKind.Survival, 0).Evaluate(x, new BatchTargets([1, 2, 3, 4, 5], [1, 1, 1, 1, 1]), gradient);

        // Row by row: 0, 250 + 300, 0, 0 + 250 and 0, up to terms of e^-50.
        Assert.Equal((550 + 250) / 5.0, loss, 1e-3);
        Assert.All(gradient, g => Assert.True(float.IsFinite(g)));
        Assert.Equal(0, gradient.Sum(), 1e-5);
    }

    [Fact]
    public void Cross_entropies_stay_finite_at_extreme_logits()
    {
        float[] g = new float[2];
        Assert.Equal(1000, Loss.For(TaskKind.Binary, 2).Evaluate([1000, -1000], new BatchTargets([0, 1]), g), 1e-3);
        Assert.Equal([0.5f, -0.5f], g);
        Assert.Equal(2000, Loss.For(TaskKind.Multiclass, 2).Evaluate([1000, -1000], new BatchTargets([1]), g), 1e-3);
        Assert.Equal([1f, -1f], g);
    }

    [Fact]
    public void The_value_is_the_same_without_a_gradient_and_predictions_are_probabilities()
    {
        ILoss loss = Loss.For(TaskKind.Multiclass, 3);
        float[] x = Widths.Numbers(8, 3 * Rows, 5);
        Assert.Equal(loss.Evaluate(x, new BatchTargets(Labels(3)), new float[3 * Rows]), loss.Evaluate(x, new BatchTargets(Labels(3)), []));
        float[] p = new float[3 * Rows];
        loss.Predict(x, p);
        for (int i = 0; i < Rows; i++)
        {
            Assert.Equal(1, p[3 * i] + p[(3 * i) + 1] + p[(3 * i) + 2], 1e-5);
        }

        float[] one = new float[1];
        Loss.For(TaskKind.Binary, 2).Predict([2f], one);
        Assert.Equal(1 / (1 + Math.Exp(-2)), one[0], 1e-6);
    }

    [Fact]
    public void Wrong_shapes_and_targets_are_refused()
    {
        ILoss binary = Loss.For(TaskKind.Binary, 2);
        ILoss cox = Loss.For(TaskKind.Survival, 0);
        ILoss classes = Loss.For(TaskKind.Multiclass, 3);
        Assert.Throws<ArgumentException>(() => binary.Evaluate([1], new BatchTargets([]), []));
        Assert.Throws<ArgumentException>(() => binary.Evaluate([1, 2], new BatchTargets([1]), []));
        Assert.Throws<ArgumentException>(() => binary.Evaluate([1], new BatchTargets([1]), new float[2]));
        Assert.Throws<ArgumentException>(() => binary.Evaluate([1], new BatchTargets([0.5f]), []));
        Assert.Throws<ArgumentException>(() => binary.Evaluate([1], new BatchTargets([float.NaN]), []));
        Assert.Throws<ArgumentException>(() => binary.Evaluate([1], new BatchTargets([1], [1]), []));
        Assert.Throws<ArgumentException>(() => classes.Evaluate([1, 2, 3], new BatchTargets([3]), []));
        Assert.Throws<ArgumentException>(() => cox.Evaluate([1], new BatchTargets([1]), []));
        Assert.Throws<ArgumentException>(() => cox.Evaluate([1], new BatchTargets([-1], [1]), []));
        Assert.Throws<ArgumentException>(() => cox.Evaluate([1], new BatchTargets([1], [0.5f]), []));
        Assert.Throws<ArgumentException>(() => Loss.For(TaskKind.Binary, 2, [1]));
        Assert.Throws<ArgumentException>(() => Loss.For(TaskKind.Binary, 2, [1, -1]));
    }

    [Fact]
    public void Balanced_weights_make_classes_count_the_same()
    {
        Assert.Equal([2f / 3f, 2f], ClassWeighting.Compute(ClassWeights.Balanced, [0, 0, 0, 1], 2));
        Assert.Equal([1f, 1f], ClassWeighting.Compute(ClassWeights.None, [0, 0, 0, 1], 2));
        Assert.Equal([1f, 0f, 1f], ClassWeighting.Compute(ClassWeights.Balanced, [0, 2], 3));
        Assert.Throws<ArgumentException>(() => ClassWeighting.Compute(ClassWeights.Balanced, [2], 2));
        Assert.Throws<ArgumentException>(() => ClassWeighting.Compute(ClassWeights.Balanced, [], 2));
    }

    private static float[] Labels(int classes) => [.. Enumerable.Range(0, Rows).Select(i => (float)(i * 11 % 13 % classes))];

    private static void Check(ILoss loss, float[] outputs, float[] values, float[] events, Func<double[], double> formula)
    {
        float[] gradient = new float[outputs.Length];
        double actual = loss.Evaluate(outputs, new BatchTargets(values, events), gradient);
        double[] x = Array.ConvertAll(outputs, v => (double)v);
        double expected = formula(x);
        Assert.True(Math.Abs(expected - actual) <= 1e-6 * Math.Max(1, expected), $"value {actual}, not {expected}");
        for (int i = 0; i < x.Length; i++)
        {
            const double H = 1e-5;
            double kept = x[i];
            x[i] = kept + H;
            double above = formula(x);
            x[i] = kept - H;
            double below = formula(x);
            x[i] = kept;
            Assert.True(Math.Abs(((above - below) / (2 * H)) - gradient[i]) <= 1e-6, $"gradient {i}: {gradient[i]}, not {(above - below) / (2 * H)}");
        }
    }
}
