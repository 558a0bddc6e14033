using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Prg;
using VerticalFL.Cryptography.Vole;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Vole;

public sealed class VolePartsTests
{
    private static readonly JsonElement Vectors = VectorFile.Load("vole.json");

    [Fact]
    public void Two_vectors_encoded_together_are_as_one_by_one()
    {
        const int dimension = 1204;
        Gf128[] one = Random(2 * dimension), two = Random(2 * dimension);
        Gf128[] first = one[..dimension], second = two[..dimension];
        Gf128[] pairs = [.. one[dimension..].Zip(two[dimension..], (x, y) => (Gf128[])[x, y]).SelectMany(pair => pair)];
        using var code = new ExConvCode(new byte[32], dimension);
        code.Encode(first, second, pairs);
        Encode(code, one);
        Encode(code, two);

        Assert.Equal(one[..dimension], first);
        Assert.Equal(two[..dimension], second);
    }

    [Fact]
    public void Parameters_match_every_vector()
    {
        foreach (JsonElement vector in Vectors.GetProperty("parameters").EnumerateArray())
        {
            var parameters = new VoleParameters(vector.GetProperty("outputs").GetInt32());

            Assert.Equal(vector.GetProperty("noiseWeight").GetInt32(), parameters.NoiseWeight);
            Assert.Equal(vector.GetProperty("blockSize").GetInt32(), parameters.BlockSize);
            Assert.Equal(vector.GetProperty("treeDepth").GetInt32(), parameters.TreeDepth);
            Assert.Equal(vector.GetProperty("codeLength").GetInt32(), parameters.CodeLength);
            Assert.Equal(vector.GetProperty("extensionBlocks").GetInt32(), parameters.ExtensionBlocks);
            Assert.Equal(vector.GetProperty("sumsSize").GetInt32(), parameters.SumsSize);
            Assert.InRange(parameters.Dimension, parameters.Outputs, int.MaxValue);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => new VoleParameters(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new VoleParameters(VoleParameters.MaxOutputs + 1));
    }

    [Fact]
    public void Every_size_has_128_bits_by_both_estimates_and_no_more_noise_than_that_takes()
    {
        for (int outputs = 0; outputs <= VoleParameters.MaxOutputs; outputs += 1 + (outputs / 5))
        {
            var parameters = new VoleParameters(outputs);
            int less = parameters.NoiseWeight - 128;

            Assert.InRange(parameters.NoiseWeight, 256, 1024);
            Assert.InRange(VoleParameters.DistanceBits(parameters.NoiseWeight), 128, double.MaxValue);
            Assert.InRange(VoleParameters.WindowBits(parameters.NoiseWeight, parameters.Dimension), 128, double.PositiveInfinity);
            Assert.True(VoleParameters.DistanceBits(less) < 128 || VoleParameters.WindowBits(less, parameters.Dimension) < 128);
        }
    }

    [Theory]
    [InlineData(256, 1 << 14, 286)]
    [InlineData(256, 1 << 20, 105)]
    [InlineData(256, 91000000, 48)]
    [InlineData(640, 1 << 20, 316)]
    [InlineData(640, 91000000, 140)]
    [InlineData(640, 1 << 27, 131)]
    public void Windows_leave_the_bias_of_the_specification(int noiseWeight, int dimension, int bits)
    {
        Assert.Equal(bits, Math.Round(VoleParameters.WindowBits(noiseWeight, dimension)));
        Assert.Equal(noiseWeight == 640 ? 150 : 60, Math.Round(VoleParameters.DistanceBits(noiseWeight)));
    }

    [Fact]
    public void Too_few_places_for_windows_leave_no_bias() => Assert.Equal(double.PositiveInfinity, VoleParameters.WindowBits(640, 7681));

    [Fact]
    public void Trees_match_every_vector()
    {
        foreach (JsonElement vector in Vectors.GetProperty("trees").EnumerateArray())
        {
            int leaves = vector.GetProperty("leaves").GetInt32(), depth = vector.GetProperty("depth").GetInt32();
            using var hash = new TweakableHash(vector.Hex("hashKey"));
            using var trees = new PuncturableTree(hash, leaves, depth);
            Gf128[] actual = new Gf128[leaves], sums = new Gf128[2 * depth];
            trees.Expand(vector.GetProperty("tree").GetInt32(), Gf128.Read(vector.Hex("root")), actual, sums);

            Assert.Equal(vector.Hex("sums"), Bytes(sums));
            Assert.Equal(vector.Hex("leavesSha256"), SHA256.HashData(Bytes(actual)));
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    [InlineData(8, 3)]
    [InlineData(29, 5)]
    [InlineData(128, 7)]
    public void Punctured_tree_has_every_leaf_but_one(int leaves, int depth)
    {
        using var hash = new TweakableHash(new byte[16]);
        using var trees = new PuncturableTree(hash, leaves, depth);
        Gf128[] all = new Gf128[leaves], punctured = new Gf128[leaves], sums = new Gf128[2 * depth];
        trees.Expand(9, Gf128.Random(), all, sums);
        for (int point = 0; point < leaves; point++)
        {
            Gf128[] known = [.. Enumerable.Range(0, depth).Select(l => sums[(2 * l) + PuncturableTree.Choice(point, depth, l)])];
            trees.ExpandPunctured(9, point, known, punctured);

            Assert.True(punctured[point].IsZero || depth == 0);
            punctured[point] = all[point];
            Assert.Equal(all, punctured);
        }
    }

    [Fact]
    public void Code_matches_every_vector()
    {
        foreach (JsonElement vector in Vectors.GetProperty("codes").EnumerateArray())
        {
            int dimension = vector.GetProperty("dimension").GetInt32();
            Gf128[] input = MemoryMarshal.Cast<byte, Gf128>(vector.Hex("input")).ToArray();
            using var code = new ExConvCode(vector.Hex("session"), dimension);
            Encode(code, input);

            Assert.Equal(vector.Hex("output"), Bytes(input[..dimension]));
        }
    }

    [Fact]
    public void Code_is_linear_across_batches()
    {
        const int dimension = 2052;
        using var code = new ExConvCode(new byte[32], dimension);
        Gf128[] a = Random(2 * dimension), b = Random(2 * dimension);
        var scalar = Gf128.Random();
        Gf128[] combined = [.. a.Zip(b, (x, y) => x ^ (y * scalar))];
        Encode(code, a);
        Encode(code, b);
        Encode(code, combined);

        Assert.Equal(a.Zip(b, (x, y) => x ^ (y * scalar)).Take(dimension), combined.Take(dimension));
        Assert.Throws<ArgumentException>(() => code.Encode(new Gf128[dimension], new Gf128[dimension - 4]));
        Assert.Throws<ArgumentException>(() => code.Encode(new Gf128[dimension], new Gf128[dimension], new Gf128[dimension]));
        Assert.Throws<ArgumentException>(() => new ExConvCode(new byte[32], 6));
    }

    [Fact]
    public void Outputs_of_forty_noisy_points_span_all_128_dimensions()
    {
        // Without constants of the field in the convolution they would lie in the span of the forty.
        const int dimension = 16384;
        var noisy = new Gf128[2 * dimension];
        for (int i = 0; i < 40; i++)
        {
            noisy[dimension + (i * 409)] = Gf128.Random();
        }

        using var code = new ExConvCode(new byte[32], dimension);
        Encode(code, noisy);

        Assert.Equal(128, BitRank.Of(noisy.AsSpan(0, 200)));
        Assert.Equal(128, BitRank.Of(noisy.AsSpan(dimension - 200, 200)));
    }

    [Fact]
    public void SetAt_changes_one_entry()
    {
        for (int index = 0; index < 70; index++)
        {
            var vector = new Gf128[70];
            PuncturableTree.SetAt(vector, index, Gf128.One);

            Assert.Equal([index], Enumerable.Range(0, 70).Where(i => !vector[i].IsZero));
        }
    }

    private static void Encode(ExConvCode code, Span<Gf128> vector) => code.Encode(vector[..(vector.Length / 2)], vector[(vector.Length / 2)..]);

    private static Gf128[] Random(int count) => MemoryMarshal.Cast<byte, Gf128>(RandomNumberGenerator.GetBytes(count * 16)).ToArray();

    private static byte[] Bytes(Gf128[] blocks) => MemoryMarshal.AsBytes(blocks.AsSpan()).ToArray();
}
