using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Tests.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Engines;

/// <summary>What every engine's bottom model must do, whatever layers and optimiser it chooses. A new engine inherits the tests by naming itself.</summary>
public abstract class BottomModelContract
{
    protected const int TableRows = 700;
    protected const int Columns = 11;
    protected const int Cut = 5;

    protected static readonly int[] Batch = [3, 1, 4, 1, 5, 9, 2, 6, 699, 0];

    protected abstract IBottomEngine Engine { get; }

    /// <summary>The table: seeded numbers, 700 x 11.</summary>
    protected static FeatureMatrix Table { get; } =
        new(Widths.Numbers(42, TableRows * Columns, 2), TableRows, Columns, [.. Enumerable.Range(0, Columns).Select(c => $"x{c}")]);

    [Fact]
    public void The_engine_has_a_name_and_a_version()
    {
        Assert.Matches("^[A-Za-z0-9.-]{1,64}$", Engine.Name);
        Assert.Matches("^[A-Za-z0-9.-]{1,64}$", Engine.Version);
    }

    [Fact]
    public void The_same_seed_gives_the_same_model_and_another_seed_another()
    {
        using IBottomModel a = Make(0);
        using IBottomModel b = Make(0);
        using IBottomModel c = Make(1);
        Assert.Equal(a.HashWeights(), b.HashWeights());
        Assert.NotEqual(a.HashWeights(), c.HashWeights());
        Assert.Equal(Forward(a, 0, true), Forward(b, 0, true));
        Assert.Equal(Cut, a.CutWidth);
        Assert.Equal(TableRows, a.TableRows);
        Assert.Equal(32, a.HashWeights().Length);
    }

    [Fact]
    public void Evaluation_of_a_row_does_not_depend_on_the_rows_beside_it()
    {
        using IBottomModel model = Make(0);
        int[] all = [.. Enumerable.Range(0, TableRows)];
        float[] together = new float[TableRows * Cut];
        model.Forward(all, 0, training: false, together);
        float[] alone = new float[Cut];
        foreach (int row in (int[])[0, 1, 511, 512, 513, 699])
        {
            model.Forward([row], 0, training: false, alone);
            Assert.Equal(together.AsSpan(row * Cut, Cut).ToArray(), alone);
        }
    }

    [Fact]
    public void A_state_continues_with_the_same_bits()
    {
        foreach (OptimizerKind kind in Enum.GetValues<OptimizerKind>())
        {
            using IBottomModel calm = Make(0, kind);
            Train(calm, 0, 5);
            using var state = new MemoryStream();
            calm.SaveState(state);
            using IBottomModel resumed = Make(0, kind);
            Train(resumed, 50, 2);
            state.Position = 0;
            resumed.LoadState(state);
            Assert.Equal(state.Length, state.Position);
            Train(calm, 5, 5);
            Train(resumed, 5, 5);
            Assert.Equal(calm.HashWeights(), resumed.HashWeights());
            Assert.Equal(Forward(calm, 9, true), Forward(resumed, 9, true));
        }
    }

    [Fact]
    public void A_snapshot_brings_the_weights_back_and_survives_a_state()
    {
        using IBottomModel model = Make(0);
        Assert.Throws<InvalidOperationException>(model.RestoreSnapshot);
        Train(model, 0, 2);
        byte[] best = model.HashWeights();
        model.Snapshot();
        Train(model, 2, 2);
        Assert.NotEqual(best, model.HashWeights());
        using var state = new MemoryStream();
        model.SaveState(state);
        state.Position = 0;
        using IBottomModel other = Make(0);
        other.LoadState(state);
        other.RestoreSnapshot();
        model.RestoreSnapshot();
        Assert.Equal(best, model.HashWeights());
        Assert.Equal(best, other.HashWeights());
    }

    [Fact]
    public void A_damaged_short_or_foreign_state_is_refused_and_changes_nothing()
    {
        using IBottomModel source = Make(0);
        Train(source, 0, 3);
        using var state = new MemoryStream();
        source.SaveState(state);
        byte[] good = state.ToArray();
        using IBottomModel model = Make(1);
        byte[] before = model.HashWeights();
        var bad = new List<byte[]> { Array.Empty<byte>(), good[..10], good[..^1], good[..(good.Length / 2)] };
        for (int at = 0; at < good.Length; at += Math.Max(1, good.Length / 97))
        {
            byte[] damaged = (byte[])good.Clone();
            damaged[at] ^= 0x41;
            bad.Add(damaged);
        }

        foreach (byte[] bytes in bad)
        {
            Assert.Throws<InvalidDataException>(() => model.LoadState(new MemoryStream(bytes)));
            Assert.Equal(before, model.HashWeights());
        }

        using IBottomModel wider = Engine.Create(Plan(new BottomSettings(), new OptimizerSettings(), new byte[32]) with { CutWidth = Cut + 1 });
        Assert.Throws<InvalidDataException>(() => wider.LoadState(new MemoryStream(good)));
        model.LoadState(new MemoryStream(good));
        Assert.Equal(source.HashWeights(), model.HashWeights());
    }

    [Fact]
    public void Microbatches_add_up_to_their_batch()
    {
        var settings = new BottomSettings { Layers = [12], Dropout = 0 };
        var optimizer = new OptimizerSettings { Kind = OptimizerKind.Sgd, LearningRate = 0.1, WeightDecay = 0 };
        using IBottomModel whole = Create(settings, optimizer, new byte[32]);
        using IBottomModel parts = Create(settings, optimizer, new byte[32]);
        float[] gradient = Widths.Numbers(3, Batch.Length * Cut);
        float[] cut = new float[Batch.Length * Cut];
        whole.Forward(Batch, 0, training: true, cut);
        whole.Backward(gradient);
        whole.Step();
        foreach (Range part in new Range[] { ..4, 4.. })
        {
            (int start, int count) = part.GetOffsetAndLength(Batch.Length);
            parts.Forward(Batch.AsSpan(part), 0, training: true, cut.AsSpan(0, count * Cut));
            parts.Backward(gradient.AsSpan(start * Cut, count * Cut));
        }

        parts.Step();
        float[] expected = Forward(whole, 0, false);
        float[] actual = Forward(parts, 0, false);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.Adam)]
    [InlineData(OptimizerKind.AdamW)]
    public void A_step_goes_as_far_as_its_rate(OptimizerKind kind)
    {
        double Moved(double rate)
        {
            using IBottomModel model = Make(0, kind);
            float[] before = Forward(model, 0, training: true);
            model.Backward(Widths.Numbers(3, Batch.Length * Cut, 1e-3f));
            model.Step(rate);
            return before.Zip(Forward(model, 0, training: true), (a, b) => Math.Abs((double)a - b)).Sum();
        }

        double whole = Moved(1);
        Assert.True(whole > 0);
        Assert.InRange(Moved(0.125), 0.05 * whole, 0.3 * whole);
        Assert.InRange(Moved(1e-9), 0, 1e-4 * whole);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void A_rate_out_of_range_is_refused(double rate)
    {
        using IBottomModel model = Make(0);
        byte[] before = model.HashWeights();
        Forward(model, 0, training: true);
        model.Backward(new float[Batch.Length * Cut]);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Step(rate));
        Assert.Equal(before, model.HashWeights());
    }

    [Fact]
    public void Calls_out_of_order_are_refused()
    {
        using IBottomModel model = Make(0);
        float[] gradient = new float[Batch.Length * Cut];
        Assert.Throws<InvalidOperationException>(() => model.Backward(gradient));
        Assert.Throws<InvalidOperationException>(() => model.Step());
        Forward(model, 0, training: false);
        Assert.Throws<InvalidOperationException>(() => model.Backward(gradient));
        Forward(model, 0, training: true);
        Forward(model, 0, training: false);
        Assert.Throws<InvalidOperationException>(() => model.Backward(gradient));
        Forward(model, 0, training: true);
        model.Backward(gradient);
        Assert.Throws<InvalidOperationException>(() => model.Backward(gradient));
        Assert.Throws<InvalidOperationException>(() => model.SaveState(new MemoryStream()));
        model.Step();
        Assert.Throws<InvalidOperationException>(() => model.Step());
    }

    [Fact]
    public void Wrong_shapes_and_rows_are_refused()
    {
        using IBottomModel model = Make(0);
        float[] cut = new float[2 * Cut];
        Assert.Throws<ArgumentException>(() => model.Forward([0, 1, 2], 0, true, cut));
        Assert.Throws<ArgumentException>(() => model.Forward([0], 0, true, cut));
        Assert.Throws<ArgumentException>(() => model.Forward([0, TableRows], 0, true, cut));
        Assert.Throws<ArgumentException>(() => model.Forward([-1, 0], 0, true, cut));
        Assert.ThrowsAny<ArgumentException>(() => model.Forward([0, 1], -1, true, cut));
        model.Forward([0, 1], 0, true, cut);
        Assert.Throws<ArgumentException>(() => model.Backward(new float[Cut]));
        Assert.Throws<ArgumentException>(() => model.Backward(new float[(2 * Cut) + 1]));
        Assert.ThrowsAny<ArgumentException>(() => Create(new BottomSettings(), new OptimizerSettings(), new byte[31]));
    }

    [Fact]
    public void What_is_not_finite_is_named_and_leaves_the_weights_alone()
    {
        using IBottomModel model = Make(0);
        byte[] before = model.HashWeights();
        foreach (float bad in (float[])[float.NaN, float.PositiveInfinity])
        {
            float[] gradient = new float[Batch.Length * Cut];
            gradient[7] = bad;
            Forward(model, 4, training: true);
            NonFiniteException e = Assert.Throws<NonFiniteException>(() => model.Backward(gradient));
            Assert.Equal("bottom", e.Part);
            Assert.Equal(4, e.Step);
            Assert.Equal(before, model.HashWeights());
        }

        float[] huge = new float[Batch.Length * Cut];
        Array.Fill(huge, float.MaxValue);
        Forward(model, 5, training: true);
        model.Backward(huge);
        Assert.Throws<NonFiniteException>(() => model.Step());
        Assert.Equal(before, model.HashWeights());
    }

    protected static float[] Forward(IBottomModel model, long step, bool training)
    {
        float[] cut = new float[Batch.Length * Cut];
        model.Forward(Batch, step, training, cut);
        return cut;
    }

    protected static void Train(IBottomModel model, int start, int steps)
    {
        for (int step = start; step < start + steps; step++)
        {
            Forward(model, step, training: true);
            model.Backward(Widths.Numbers(step, Batch.Length * Cut));
            model.Step();
        }
    }

    protected static BottomModelPlan Plan(BottomSettings settings, OptimizerSettings optimizer, byte[] seed) => new(Table, settings, Cut, optimizer, seed);

    protected IBottomModel Create(BottomSettings settings, OptimizerSettings optimizer, byte[] seed) => Engine.Create(Plan(settings, optimizer, seed));

    protected IBottomModel Make(byte seed, OptimizerKind kind = OptimizerKind.AdamW)
    {
        byte[] bytes = new byte[32];
        bytes[31] = seed;
        var settings = new BottomSettings { Layers = [12, 7], Dropout = 0.3, InputDropout = 0.1, LayerNorm = true, Activation = Activation.Gelu };
        return Create(settings, new OptimizerSettings { Kind = kind, LearningRate = 0.01 }, bytes);
    }
}
