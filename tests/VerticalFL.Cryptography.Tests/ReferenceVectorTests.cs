using System.Globalization;
using System.Text.Json;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Oprf;
using VerticalFL.Cryptography.Prg;
using VerticalFL.Cryptography.Ristretto255;
using VerticalFL.Cryptography.Ristretto255.Backends;
using Xunit;

namespace VerticalFL.Cryptography.Tests;

/// <summary>What the independent Python reference beside the specification computes.</summary>
public sealed class ReferenceVectorTests
{
    private static readonly JsonElement Reference = VectorFile.Load("reference.json");

    [Fact]
    public void Scalar_TryDecode_refuses_every_invalid_encoding()
    {
        foreach (JsonElement vector in Reference.GetProperty("invalidScalars").EnumerateArray())
        {
            Assert.False(Scalar.TryDecode(vector.Hex("encoding"), out Scalar scalar), vector.Text("reason"));
            Assert.True(scalar.IsZero);
        }
    }

    [Fact]
    public void Scalar_reduces_wide_integers()
    {
        foreach (JsonElement vector in Reference.GetProperty("wideReductions").EnumerateArray())
        {
            Assert.Equal(vector.Text("scalar"), Hex(Scalar.FromUniformBytes(vector.Hex("uniformBytes"))));
        }
    }

    [Fact]
    public void Scalar_operations_agree()
    {
        foreach (JsonElement vector in Reference.GetProperty("scalars").EnumerateArray())
        {
            Scalar a = Decode(vector.Hex("a")), b = Decode(vector.Hex("b"));

            Assert.Equal(vector.Text("sum"), Hex(a + b));
            Assert.Equal(vector.Text("difference"), Hex(a - b));
            Assert.Equal(vector.Text("product"), Hex(a * b));
            Assert.Equal(vector.Text("inverseOfA"), Hex(a.Invert()));
        }
    }

    [Fact]
    public void Scalar_multiples_agree()
    {
        foreach (JsonElement vector in Reference.GetProperty("multiples").EnumerateArray())
        {
            RistrettoPoint point = RistrettoPoint.FromUniformBytes(vector.Hex("uniformBytes"));

            Assert.Equal(vector.Hex("product"), (Decode(vector.Hex("scalar")) * point).ToArray());
        }
    }

    [Fact]
    public void Alignment_outputs_agree()
    {
        JsonElement oprf = Reference.GetProperty("alignmentOprf");
        using var sender = new EcdhOprfSender(OprfSuite.Alignment, PointBackends.Fastest, Decode(oprf.Hex("key")));
        foreach (JsonElement vector in oprf.GetProperty("vectors").EnumerateArray())
        {
            byte[] output = new byte[64];
            sender.Evaluate(vector.Hex("item"), output);

            Assert.Equal(vector.Hex("output"), output);
        }
    }

    [Fact]
    public void Derived_keys_agree()
    {
        foreach (JsonElement vector in Reference.GetProperty("keyDerivation").EnumerateArray())
        {
            ReadOnlyMemory<byte>[] inputs =
                [.. vector.GetProperty("inputs").EnumerateArray().Select(i => (ReadOnlyMemory<byte>)Convert.FromHexString(i.GetString()!))];
            byte[] key = new byte[vector.Hex("key").Length];
            KeyDerivation.Derive(vector.Hex("secret"), vector.Hex("salt"), vector.Text("label"), key, inputs);
            using var secretKey = SecretKey.Derive(vector.Hex("secret"), vector.Hex("salt"), vector.Text("label"), key.Length, inputs);

            Assert.Equal(vector.Hex("key"), key);
            Assert.Equal(key, secretKey.Bytes.ToArray());
            Assert.Equal(vector.Hex("hashOfInputs"), KeyDerivation.HashInputs(vector.Text("label"), inputs));
        }
    }

    [Fact]
    public void Keystream_agrees()
    {
        JsonElement vector = Reference.GetProperty("keystream");
        using var aes = new AesCtr(vector.Hex("key"));
        byte[] bytes = new byte[vector.Hex("bytes").Length];
        aes.Fill(
            ulong.Parse(vector.Text("prefix"), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            ulong.Parse(vector.Text("firstBlock"), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
            bytes);

        Assert.Equal(vector.Hex("bytes"), bytes);
    }

    [Fact]
    public void Generator_agrees()
    {
        JsonElement vector = Reference.GetProperty("generator");
        SeededGenerator Start() => new(vector.Hex("seed"), vector.Text("label"));

        using SeededGenerator words = Start(), longs = Start(), bounded = Start(), shuffled = Start(), skipping = Start();
        Assert.All(vector.GetProperty("uint32").EnumerateArray(), v => Assert.Equal(v.GetUInt32(), words.NextUInt32()));
        Assert.All(
            vector.GetProperty("uint64").EnumerateArray(),
            v => Assert.Equal(v.GetString(), longs.NextUInt64().ToString(CultureInfo.InvariantCulture)));
        Assert.Equal(
            vector.GetProperty("bounded").EnumerateArray().Select(v => v.GetInt32()),
            vector.GetProperty("bounds").EnumerateArray().Select(b => bounded.NextInt32(b.GetInt32())));
        int[] values = [.. Enumerable.Range(0, 20)];
        shuffled.Permute(values);
        Assert.Equal(vector.GetProperty("permutationOf20").EnumerateArray().Select(v => v.GetInt32()), values);
        for (int i = 0; i < 255; i++)
        {
            skipping.NextUInt32();
        }

        Assert.Equal(vector.Text("uint64After255Words"), skipping.NextUInt64().ToString(CultureInfo.InvariantCulture));
    }

    private static Scalar Decode(byte[] bytes)
    {
        Assert.True(Scalar.TryDecode(bytes, out Scalar scalar));
        return scalar;
    }

    private static string Hex(Scalar scalar)
    {
        byte[] bytes = new byte[Scalar.Size];
        scalar.Encode(bytes);
        return Convert.ToHexStringLower(bytes);
    }
}
