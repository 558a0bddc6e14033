using System.Numerics;
using System.Runtime.InteropServices;
using System.Text.Json;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Fields.Backends;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Fields;

public sealed class Gf128Tests
{
    private static readonly JsonElement Vectors = VectorFile.Load("fields.json");

    public static TheoryData<int> Backends => [.. Enumerable.Range(0, Gf128Vector.Supported().Count)];

    [Fact]
    public void Products_and_inverses_match_every_vector()
    {
        foreach (JsonElement vector in Vectors.GetProperty("products").EnumerateArray())
        {
            Gf128 a = Gf128.Read(vector.Hex("a")), b = Gf128.Read(vector.Hex("b")), product = Gf128.Read(vector.Hex("product"));

            Assert.Equal(product, a * b);
            Assert.Equal(product, PortableGf128.Multiply(a, b));
            Assert.Equal(Gf128.Read(vector.Hex("inverseOfA")), a.Invert());
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Ghash_of_the_published_cases_is_an_inner_product_with_powers(int backend)
    {
        foreach (JsonElement vector in Vectors.GetProperty("ghash").EnumerateArray())
        {
            Gf128[] blocks = MemoryMarshal.Cast<byte, Gf128>(Reflect(vector.Hex("blocks"))).ToArray();
            Gf128 h = Gf128.Read(Reflect(vector.Hex("h")));
            var powers = new Gf128[blocks.Length];
            Gf128 power = h;
            for (int i = blocks.Length - 1; i >= 0; i--)
            {
                powers[i] = power;
                power *= h;
            }

            byte[] hash = new byte[16];
            Gf128Vector.Supported()[backend].InnerProduct(blocks, powers).Write(hash);

            Assert.Equal(vector.Hex("ghash"), Reflect(hash));
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Backends_agree_with_big_integers_at_every_length(int backend)
    {
        IGf128Backend tested = Gf128Vector.Supported()[backend];
        var random = new Random(1);
        for (int n = 0; n <= 33; n++)
        {
            Gf128[] a = Random(random, n), b = Random(random, n), sum = Random(random, n);
            Gf128 scalar = Random(random, 1)[0];
            Gf128[] expected = [.. a.Zip(b, Slow)];
            Gf128[] expectedSum = [.. a.Zip(sum, (x, s) => s ^ Slow(x, scalar))];
            Gf128 expectedInner = expected.Aggregate(default(Gf128), (x, y) => x ^ y);

            Assert.Equal(expectedInner, tested.InnerProduct(a, b));
            tested.MultiplyAdd(a, scalar, sum);
            Assert.Equal(expectedSum, sum);
            tested.Multiply(a, b, a);
            Assert.Equal(expected, a);
        }
    }

    [Fact]
    public void Field_laws_hold()
    {
        var random = new Random(2);
        for (int i = 0; i < 200; i++)
        {
            Gf128[] v = Random(random, 3);

            Assert.Equal(v[0] * v[1], v[1] * v[0]);
            Assert.Equal(v[0] * (v[1] * v[2]), (v[0] * v[1]) * v[2]);
            Assert.Equal(v[0] * (v[1] ^ v[2]), (v[0] * v[1]) ^ (v[0] * v[2]));
            Assert.Equal(v[0] * v[0], v[0].Square());
            Assert.Equal(Gf128.One, v[0] * v[0].Invert());
        }

        Assert.True(default(Gf128).Invert().IsZero);
    }

    [Fact]
    public void Bits_and_masks_follow_the_little_endian_integer()
    {
        var element = new Gf128(1UL << 5, 1UL << 6);

        Assert.Equal([5, 70], Enumerable.Range(0, 128).Where(i => element.Bit(i) == 1));
        Assert.Equal(element, element & Gf128.Mask(1));
        Assert.True((element & Gf128.Mask(2)).IsZero);
    }

    [Fact]
    public void Vectors_of_different_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Gf128Vector.InnerProduct(new Gf128[2], new Gf128[3]));
        Assert.Throws<ArgumentException>(() => Gf128Vector.Multiply(new Gf128[2], new Gf128[2], new Gf128[1]));
        Assert.Throws<ArgumentException>(() => Gf128Vector.MultiplyAdd(new Gf128[2], Gf128.One, new Gf128[1]));
    }

    private static Gf128[] Random(Random random, int count)
    {
        var elements = new Gf128[count];
        random.NextBytes(MemoryMarshal.AsBytes(elements.AsSpan()));
        return elements;
    }

    private static Gf128 Slow(Gf128 a, Gf128 b)
    {
        BigInteger product = 0, polynomial = (BigInteger.One << 128) | 0x87, x = Big(a);
        for (int i = 0; i < 128; i++)
        {
            product ^= (x << i) * b.Bit(i);
        }

        for (int i = 255; i >= 128; i--)
        {
            product ^= (polynomial << (i - 128)) * (int)((product >> i) & 1);
        }

        return new Gf128((ulong)(product & ulong.MaxValue), (ulong)(product >> 64));
    }

    private static BigInteger Big(Gf128 a) => ((BigInteger)a.High << 64) | a.Low;

    private static byte[] Reflect(byte[] bytes) =>
        [.. bytes.Select(b => (byte)Enumerable.Range(0, 8).Sum(i => ((b >> i) & 1) << (7 - i)))];
}
