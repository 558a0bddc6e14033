using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Tests.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Engines;

public sealed class TopModelTests
{
    private const int Rows = 19;
    private const int Cut = 6;

    [Fact]
    public void The_gradient_of_the_sum_agrees_with_differences_of_the_loss()
    {
        using TopModel top = Create(new ModelSettings { Cut = Cut, Top = [7], TopActivation = Activation.Tanh, TopDropout = 0.2 }, TaskKind.Multiclass, 3);
        float[] sum = Widths.Numbers(1, Rows * Cut, 2);
        float[] labels = [.. Enumerable.Range(0, Rows).Select(i => (float)(i % 3))];
        float[] outputs = new float[Rows * 3];
        float[] gradient = new float[sum.Length];
        top.Forward(sum, Rows, 2, training: true, outputs);
        double loss = top.BackwardFrom(new BatchTargets(labels), gradient);
        Assert.Equal(loss, top.Loss.Evaluate(outputs, new BatchTargets(labels), []));
        double Value()
        {
            top.Forward(sum, Rows, 2, training: true, outputs);
            return top.Loss.Evaluate(outputs, new BatchTargets(labels), []);
        }

        for (int i = 0; i < sum.Length; i++)
        {
            float kept = sum[i];
            sum[i] = kept + 0.01f;
            double above = Value();
            sum[i] = kept - 0.01f;
            double below = Value();
            sum[i] = kept;
            Assert.True(Math.Abs(((above - below) / 0.02) - gradient[i]) < 2e-4, $"{i}: {gradient[i]}, differences say {(above - below) / 0.02}");
        }
    }

    [Fact]
    public void A_linear_top_is_the_sum_and_its_bias()
    {
        using TopModel top = Create(new ModelSettings { Preset = "linear", Cut = 1, Top = [], TopDropout = 0.9 }, TaskKind.Regression, 1);
        float[] sum = Widths.Numbers(1, Rows);
        float[] outputs = new float[Rows];
        top.Forward(sum, Rows, 0, training: true, outputs);
        Assert.Equal(sum, outputs);
        top.BackwardFrom(new BatchTargets(new float[Rows]), new float[Rows]);
        top.Step();
        top.Forward(sum, Rows, 0, training: false, outputs);
        Assert.NotEqual(sum, outputs);
        Assert.All(outputs.Zip(sum), pair => Assert.Equal(outputs[0] - sum[0], pair.First - pair.Second, 1e-6f));
    }

    [Fact]
    public void A_state_continues_with_the_same_bits_and_a_snapshot_brings_the_weights_back()
    {
        var settings = new ModelSettings { Cut = Cut, Top = [7] };
        using TopModel calm = Create(settings, TaskKind.Binary, 1);
        using TopModel resumed = Create(settings, TaskKind.Binary, 1);
        Train(calm, 0, 4);
        calm.Snapshot();
        byte[] best = calm.HashWeights();
        using var state = new MemoryStream();
        calm.SaveState(state);
        state.Position = 0;
        resumed.LoadState(state);
        Train(calm, 4, 4);
        Train(resumed, 4, 4);
        Assert.Equal(calm.HashWeights(), resumed.HashWeights());
        Assert.NotEqual(best, resumed.HashWeights());
        resumed.RestoreSnapshot();
        Assert.Equal(best, resumed.HashWeights());
    }

    [Fact]
    public void Training_gives_the_same_bits_at_every_register_width()
    {
        foreach (TaskKind task in Enum.GetValues<TaskKind>())
        {
            byte[]? hash = null;
            foreach (VectorWidth width in Widths.All)
            {
                ILoss loss = task switch
                {
                    TaskKind.Binary => new BinaryCrossEntropy([1, 2], KernelSet.For(width)),
                    TaskKind.Multiclass => new SoftmaxCrossEntropy(3, [], KernelSet.For(width)),
                    TaskKind.Regression => new MeanSquaredError(KernelSet.For(width)),
                    _ => new CoxPartialLikelihood(),
                };
                using var top = new TopModel(
                    new ModelSettings { Cut = Cut, Top = [21] }, loss.Outputs, loss, new OptimizerSettings(), new byte[32], KernelSet.For(width));
                Train(top, 0, 5);
                hash ??= top.HashWeights();
                Assert.Equal(hash, top.HashWeights());
            }
        }
    }

    [Theory]
    [InlineData(TaskKind.Binary)]
    [InlineData(TaskKind.Multiclass)]
    [InlineData(TaskKind.Survival)]
    public void Members_learn_each_by_itself_and_predict_their_mean(TaskKind task)
    {
        ILoss loss = Loss.For(task, task == TaskKind.Multiclass ? 3 : 2);
        var one = new ModelSettings { Cut = Cut, Top = [7] };
        byte[] seed = new byte[32];
        using var whole = new TopModel(one with { Cut = 2 * Cut, Members = 2 }, loss.Outputs, loss, new OptimizerSettings(), seed);
        TopModel[] alone = [.. Enumerable.Range(0, 2).Select(m => new TopModel(one, loss.Outputs, loss, new OptimizerSettings(), MemberSeed.Of(seed, m)))];
        float[][] sums = [Widths.Numbers(1, Rows * Cut), Widths.Numbers(2, Rows * Cut)];
        float[] sum = [.. Enumerable.Range(0, Rows).SelectMany(r => sums.SelectMany(s => s.Skip(r * Cut).Take(Cut)))];
        var targets = new BatchTargets([.. Enumerable.Range(0, Rows).Select(r => (float)(r % 2))], task == TaskKind.Survival ? new float[Rows].Select(_ => 1f).ToArray() : []);
        for (int step = 0; step < 3; step++)
        {
            float[] outputs = new float[Rows * loss.Outputs];
            float[] gradient = new float[sum.Length];
            whole.Forward(sum, Rows, step, training: true, outputs);
            double value = whole.BackwardFrom(targets, gradient);
            whole.Step();
            float[][] own = [new float[outputs.Length], new float[outputs.Length]];
            float[][] back = [new float[Rows * Cut], new float[Rows * Cut]];
            double values = 0;
            for (int m = 0; m < 2; m++)
            {
                alone[m].Forward(sums[m], Rows, step, training: true, own[m]);
                values += alone[m].BackwardFrom(targets, back[m]);
                alone[m].Step();
            }

            Assert.Equal(own[0].Zip(own[1], (a, b) => (float)(((double)a + b) / 2)), outputs);
            Assert.Equal(Enumerable.Range(0, Rows).SelectMany(r => back.SelectMany(b => b.Skip(r * Cut).Take(Cut))), gradient);
            Assert.Equal(values / 2, value);
        }

        using var state = new MemoryStream();
        whole.SaveState(state);
        using var loaded = new TopModel(one with { Cut = 2 * Cut, Members = 2 }, loss.Outputs, loss, new OptimizerSettings(), [.. Enumerable.Repeat((byte)9, 32)]);
        byte[] fresh = loaded.HashWeights();
        byte[] damaged = state.ToArray();
        damaged[^1] ^= 1;
        Assert.Throws<InvalidDataException>(() => loaded.LoadState(new MemoryStream(damaged)));
        Assert.Equal(fresh, loaded.HashWeights());
        loaded.LoadState(new MemoryStream(state.ToArray()));
        Assert.Equal(whole.HashWeights(), loaded.HashWeights());
        Array.ForEach(alone, a => a.Dispose());
    }

    [Theory]
    [InlineData(TaskKind.Binary)]
    [InlineData(TaskKind.Multiclass)]
    [InlineData(TaskKind.Survival)]
    public void A_member_learns_as_if_the_rows_that_it_holds_out_were_not_there(TaskKind task)
    {
        ILoss loss = Loss.For(task, task == TaskKind.Multiclass ? 3 : 2);
        var one = new ModelSettings { Cut = Cut, Top = [7], TopDropout = 0 };
        byte[] seed = new byte[32];
        using var whole = new TopModel(one with { Cut = 3 * Cut, Members = 3 }, loss.Outputs, loss, new OptimizerSettings(), seed);
        float[] sum = Widths.Numbers(1, Rows * 3 * Cut);
        float[] values = [.. Enumerable.Range(0, Rows).Select(r => (float)(r % 2))];
        float[] events = task == TaskKind.Survival ? [.. Enumerable.Repeat(1f, Rows)] : [];
        // The first member holds out some, the second none, the third all.
        ushort[] heldOut = [.. Enumerable.Range(0, Rows).Select(r => (ushort)(r % 3 == 1 ? 5 : 4))];
        float[] outputs = new float[Rows * loss.Outputs];
        float[] gradient = new float[sum.Length];

        whole.Forward(sum, Rows, 0, training: true, outputs);
        double value = whole.BackwardFrom(new BatchTargets(values, events), gradient, heldOut);

        double expected = 0;
        float[] wanted = new float[sum.Length];
        for (int member = 0; member < 2; member++)
        {
            int[] learned = [.. Enumerable.Range(0, Rows).Where(r => (heldOut[r] >> member & 1) == 0)];
            using var alone = new TopModel(one, loss.Outputs, loss, new OptimizerSettings(), MemberSeed.Of(seed, member));
            float[] back = new float[learned.Length * Cut];
            alone.Forward([.. learned.SelectMany(r => sum.Skip((r * 3 * Cut) + (member * Cut)).Take(Cut))], learned.Length, 0, training: true, new float[learned.Length * loss.Outputs]);
            expected += alone.BackwardFrom(new BatchTargets([.. learned.Select(r => values[r])], [.. learned.Where(_ => events.Length > 0).Select(r => events[r])]), back) / 2;
            for (int i = 0; i < learned.Length; i++)
            {
                back.AsSpan(i * Cut, Cut).CopyTo(wanted.AsSpan((learned[i] * 3 * Cut) + (member * Cut)));
            }
        }

        Assert.Equal(expected, value, 1e-12);
        Assert.Equal(wanted, gradient);
    }

    [Fact]
    public void What_is_not_finite_is_named()
    {
        using TopModel top = Create(new ModelSettings { Cut = Cut }, TaskKind.Binary, 1);
        float[] sum = new float[Rows * Cut];
        sum[3] = float.NaN;
        NonFiniteException e = Assert.Throws<NonFiniteException>(() => top.Forward(sum, Rows, 8, training: true, new float[Rows]));
        Assert.Equal(("top", "cut", 8L), (e.Part, e.Layer, e.Step));
    }

    [Fact]
    public void Wrong_shapes_and_settings_are_refused()
    {
        using TopModel top = Create(new ModelSettings { Cut = Cut }, TaskKind.Binary, 1);
        float[] sum = new float[Rows * Cut];
        float[] labels = new float[Rows];
        Assert.Throws<ArgumentException>(() => top.Forward(sum, Rows + 1, 0, true, new float[Rows]));
        Assert.Throws<ArgumentException>(() => top.Forward(sum, Rows, 0, true, new float[Rows + 1]));
        Assert.Throws<InvalidOperationException>(() => top.BackwardFrom(new BatchTargets(labels), sum));
        top.Forward(sum, Rows, 0, true, new float[Rows]);
        Assert.Throws<ArgumentException>(() => top.BackwardFrom(new BatchTargets(labels[1..]), sum));
        Assert.Throws<ArgumentException>(() => top.BackwardFrom(new BatchTargets(labels), sum.AsSpan(1)));
        Assert.Throws<ArgumentException>(() => Create(new ModelSettings { Cut = Cut }, TaskKind.Binary, 2));
        Assert.Throws<ArgumentException>(() => Create(new ModelSettings { Preset = "linear", Cut = Cut, Top = [] }, TaskKind.Binary, 1));
        Assert.Throws<ArgumentException>(() => Create(new ModelSettings { Preset = "linear", Cut = 1, Top = [4] }, TaskKind.Binary, 1));
        Assert.Throws<ArgumentException>(() => Create(new ModelSettings { TopDropout = double.NaN }, TaskKind.Binary, 1));
    }

    private static TopModel Create(ModelSettings settings, TaskKind task, int outputs) =>
        new(settings, outputs, Loss.For(task, outputs), new OptimizerSettings { LearningRate = 0.01 }, new byte[32]);

    private static void Train(TopModel top, int start, int steps)
    {
        float[] labels = [.. Enumerable.Range(0, Rows).Select(i => (float)(i % 2))];
        float[] events = top.Loss.Kind == LossKind.CoxPartialLikelihood ? labels : [];
        float[] outputs = new float[Rows * top.Outputs];
        for (int step = start; step < start + steps; step++)
        {
            float[] sum = Widths.Numbers(step, Rows * Cut, 2);
            top.Forward(sum, Rows, step, training: true, outputs);
            top.BackwardFrom(new BatchTargets(labels, events), sum);
            top.Step();
        }
    }
}
