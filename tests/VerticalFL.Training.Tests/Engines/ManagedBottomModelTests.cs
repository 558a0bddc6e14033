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
    private static readonly FeatureMatrix Features = new(Table, TableRows, Columns, []);

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
            using var model = new ManagedBottomModel(Features, settings, Cut, new OptimizerSettings(), new byte[32], KernelSet.For(width));
            Train(model, 0, 6);
            hash ??= model.HashWeights();
            cut ??= Forward(model, 6, true);
            Assert.Equal(hash, model.HashWeights());
            Assert.Equal(cut, Forward(model, 6, true));
        }
    }

    [Fact]
    public void The_state_and_the_hash_are_laid_out_as_the_specification_says()
    {
        using var model = new ManagedBottomModel(
            Features, new BottomSettings { Layers = [3], Dropout = 0 }, Cut, new OptimizerSettings { Kind = OptimizerKind.Adam }, new byte[32]);
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
        using var model = new ManagedBottomModel(Features, new BottomSettings { Layers = [] }, 1, new OptimizerSettings(), new byte[32]);
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
            expected = MathF.FusedMultiplyAdd(Table[(5 * Columns) + j], w, expected);
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

    protected override IBottomModel Create(BottomSettings settings, OptimizerSettings optimizer, byte[] seed) =>
        new ManagedBottomModel(Features, settings, Cut, optimizer, seed);
}
