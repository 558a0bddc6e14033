using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;
using VerticalFL.Training.Tests.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Engines;

public sealed class ManagedBottomModelTests : BottomModelContract
{
    protected override IBottomEngine Engine { get; } = new ManagedEngine();

    [Theory]
    [InlineData(Activation.Relu, false)]
    [InlineData(Activation.Gelu, true)]
    [InlineData(Activation.Tanh, true)]
    public void Training_gives_the_same_bits_at_every_register_width(Activation activation, bool layerNorm)
    {
        var settings = new BottomSettings { Layers = [33, 17], Activation = activation, LayerNorm = layerNorm, Dropout = 0.25, InputDropout = 0.1 };
        byte[]? hash = null;
        float[]? cut = null;
        foreach (VectorWidth width in Widths.All)
        {
            using var model = new ManagedBottomModel(Table, settings, Cut, new OptimizerSettings(), new byte[32], KernelSet.For(width));
            Train(model, 0, 6);
            hash ??= model.HashWeights();
            cut ??= Forward(model, 6, true);
            Assert.Equal(hash, model.HashWeights());
            Assert.Equal(cut, Forward(model, 6, true));
        }
    }

    [Fact]
    public void Training_gives_the_same_bits_on_any_number_of_threads()
    {
        // Large enough that products and optimiser steps are shared by three.
        const int Wide = 64;
        var features = new FeatureMatrix(Widths.Numbers(8, TableRows * Wide), TableRows, Wide, []);
        int[] rows = [.. Enumerable.Range(0, 251)];
        float[] gradient = Widths.Numbers(9, rows.Length * Cut, 0.01f);
        byte[]? hash = null;
        foreach (int threads in (int[])[1, 2, 3, 5])
        {
            using var model = new ManagedBottomModel(
                features, new BottomSettings { Layers = [805], Dropout = 0.1 }, Cut, new OptimizerSettings(), new byte[32], threads);
            float[] cut = new float[rows.Length * Cut];
            for (int step = 0; step < 4; step++)
            {
                model.Forward(rows, step, training: true, cut);
                model.Backward(gradient);
                model.Step();
            }

            hash ??= model.HashWeights();
            Assert.Equal(hash, model.HashWeights());
        }
    }

    [Fact]
    public void The_state_and_the_hash_are_laid_out_as_the_specification_says()
    {
        using var model = new ManagedBottomModel(
            Table, new BottomSettings { Layers = [3], Dropout = 0 }, Cut, new OptimizerSettings { Kind = OptimizerKind.Adam }, new byte[32]);
        Train(model, 0, 2);
        model.Snapshot();
        using var stream = new MemoryStream();
        model.SaveState(stream);
        byte[] state = stream.ToArray();
        Assert.Equal("VFLMODEL"u8.ToArray(), state[..8]);
        Assert.Equal([1, 0, 1, 1], state[8..12]);
        Assert.Equal(2, BinaryPrimitives.ReadInt64LittleEndian(state.AsSpan(12)));
        Assert.Equal(0.9 * 0.9, BinaryPrimitives.ReadDoubleLittleEndian(state.AsSpan(20)));
        Assert.Equal(0.999 * 0.999, BinaryPrimitives.ReadDoubleLittleEndian(state.AsSpan(28)));
        Assert.Equal(3, BinaryPrimitives.ReadInt32LittleEndian(state.AsSpan(36)));
        using IncrementalHash weights = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int at = 40;
        foreach ((string name, int rows, int columns) in new[] { ("hidden1.weight", Columns, 3), ("hidden1.bias", 1, 3), ("cut.weight", 3, Cut) })
        {
            int header = 2 + name.Length + 8;
            Assert.Equal(name.Length, BinaryPrimitives.ReadUInt16LittleEndian(state.AsSpan(at)));
            Assert.Equal(name, System.Text.Encoding.UTF8.GetString(state, at + 2, name.Length));
            Assert.Equal(rows, BinaryPrimitives.ReadInt32LittleEndian(state.AsSpan(at + 2 + name.Length)));
            Assert.Equal(columns, BinaryPrimitives.ReadInt32LittleEndian(state.AsSpan(at + 6 + name.Length)));
            int block = rows * columns * 4;
            weights.AppendData(state, at, header + block);
            Assert.Equal(state.AsSpan(at + header, block).ToArray(), state.AsSpan(at + header + (3 * block), block).ToArray());
            at += header + (4 * block);
        }

        Assert.Equal(model.HashWeights(), weights.GetHashAndReset());
        Assert.Equal(SHA256.HashData(state.AsSpan(0, at)), state[at..]);
    }

    [Fact]
    public void A_linear_bottom_is_a_product_with_its_weights()
    {
        using var model = new ManagedBottomModel(Table, new BottomSettings { Layers = [] }, 1, new OptimizerSettings(), new byte[32]);
        using var stream = new MemoryStream();
        model.SaveState(stream);
        byte[] state = stream.ToArray();
        int values = 40 + 2 + "cut.weight".Length + 8;
        float[] cut = new float[1];
        model.Forward([5], 0, training: true, cut);
        float expected = 0;
        for (int j = 0; j < Columns; j++)
        {
            float w = BinaryPrimitives.ReadSingleLittleEndian(state.AsSpan(values + (4 * j)));
            Assert.InRange(Math.Abs(w), 0, Math.Sqrt(6.0 / (Columns + 1)));
            expected = MathF.FusedMultiplyAdd(Table.Values[(5 * Columns) + j], w, expected);
        }

        Assert.Equal(expected, cut[0]);
    }

    [Fact]
    public void A_table_with_a_hole_or_of_another_size_is_refused()
    {
        float[] table = [1, 2, float.NaN, 4];
        ArgumentException e = Assert.Throws<ArgumentException>(
            () => new ManagedBottomModel(new FeatureMatrix(table, 2, 2, []), new BottomSettings(), 1, new OptimizerSettings(), new byte[32]));
        Assert.Contains("row 1, column 0", e.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => new ManagedBottomModel(new FeatureMatrix([1, 2, 3], 2, 2, []), new BottomSettings(), 1, new OptimizerSettings(), new byte[32]));
    }

    [Fact]
    public void Dropout_acts_in_training_by_step_and_never_in_evaluation()
    {
        using IBottomModel model = Make(0);
        float[] calm = Forward(model, 0, training: false);
        float[] first = Forward(model, 0, training: true);
        Assert.Equal(calm, Forward(model, 1, training: false));
        Assert.NotEqual(calm, first);
        Assert.NotEqual(first, Forward(model, 1, training: true));
        Assert.Equal(first, Forward(model, 0, training: true));
    }

    [Fact]
    public void Training_steps_allocate_nothing()
    {
        using IBottomModel model = Make(0);
        float[] cut = new float[Batch.Length * Cut];
        float[] gradient = Widths.Numbers(5, cut.Length);
        void Run(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                model.Forward(Batch, i, training: true, cut);
                model.Backward(gradient);
                model.Step();
            }
        }

        Run(100);

        // The runtime itself may allocate on this thread while it recompiles a method; what a step allocates shows in every window.
        long least = long.MaxValue;
        for (int window = 0; window < 5; window++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run(100);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void A_state_of_other_layers_or_another_optimiser_is_refused()
    {
        using IBottomModel source = Make(0);
        using var state = new MemoryStream();
        source.SaveState(state);
        using IBottomModel wider = Create(new BottomSettings { Layers = [13] }, new OptimizerSettings(), new byte[32]);
        Assert.Throws<InvalidDataException>(() => wider.LoadState(new MemoryStream(state.ToArray())));
        using IBottomModel sgd = Make(0, OptimizerKind.Sgd);
        Assert.Throws<InvalidDataException>(() => sgd.LoadState(new MemoryStream(state.ToArray())));
    }

    [Fact]
    public void Settings_that_no_network_has_are_refused()
    {
        Assert.ThrowsAny<ArgumentException>(() => Create(new BottomSettings { Dropout = 1 }, new OptimizerSettings(), new byte[32]));
        Assert.ThrowsAny<ArgumentException>(() => Create(new BottomSettings { Layers = [0] }, new OptimizerSettings(), new byte[32]));
        Assert.ThrowsAny<ArgumentException>(() => new ManagedEngine(0).Create(Plan(new BottomSettings(), new OptimizerSettings(), new byte[32])));
    }
}
