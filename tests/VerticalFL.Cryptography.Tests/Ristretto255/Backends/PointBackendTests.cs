using System.Text.Json;
using VerticalFL.Cryptography.Oprf;
using VerticalFL.Cryptography.Ristretto255;
using VerticalFL.Cryptography.Ristretto255.Backends;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Ristretto255.Backends;

/// <summary>What every backend must do; a backend that this processor lacks is not in the list.</summary>
public sealed class PointBackendTests
{
    private static readonly JsonElement Ristretto = VectorFile.Load("ristretto255.json");
    private static readonly JsonElement Rfc9497 = VectorFile.Load("oprf-ristretto255-sha512.json");
    private static readonly Scalar OneHalf = Scalar.FromUInt64(2).Invert();

    public static TheoryData<int> Backends => [.. Enumerable.Range(0, PointBackends.Supported.Count)];

    [Theory]
    [MemberData(nameof(Backends))]
    public void MultiplyDerived_equals_the_single_functions(int backend)
    {
        // Counts around the lanes; scalars 0, 1, 2, L - 1 and random ones; derivations from extreme and random bytes.
        foreach (int n in new[] { 0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 33, 64 })
        {
            Scalar[] scalars = Scalars(n, n);
            byte[] uniform = Uniform(n, n);
            byte[] expected = [.. Enumerable.Range(0, n).SelectMany(i => Doubled(scalars[i], Derived(uniform, i)))];
            byte[] actual = new byte[n * 32];
            Get(backend).MultiplyDerived(scalars, uniform, actual);

            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void TryMultiplyEncoded_equals_the_single_functions(int backend)
    {
        foreach (int n in new[] { 0, 1, 3, 4, 5, 8, 11, 64 })
        {
            Scalar[] scalars = Scalars(n, n);
            byte[] uniform = Uniform(n, 100 + n);
            byte[] encodings = [.. Enumerable.Range(0, n).SelectMany(i => Derived(uniform, i).ToArray())];
            byte[] expected = [.. Enumerable.Range(0, n).SelectMany(i => Doubled(scalars[i], Derived(uniform, i)))];
            byte[] actual = new byte[n * 32];

            Assert.True(Get(backend).TryMultiplyEncoded(scalars, encodings, actual));
            Assert.Equal(expected, actual);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void One_scalar_serves_the_whole_batch(int backend)
    {
        Scalar[] scalars = [.. Enumerable.Repeat(Scalars(20, 1)[19], 20)];
        byte[] uniform = Uniform(20, 2);
        byte[] each = new byte[20 * 32], one = new byte[20 * 32];
        Get(backend).MultiplyDerived(scalars, uniform, each);
        Get(backend).MultiplyDerived(scalars.AsSpan(0, 1), uniform, one);

        Assert.Equal(each, one);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Scalars_of_extreme_digits_are_multiplied_right(int backend)
    {
        // Digits of 7, 8, -8 and their carries, at every place; the greatest scalars.
        Scalar sixteen = Scalar.FromUInt64(16), power = Scalar.One, sevens = Scalar.Zero, eights = Scalar.Zero;
        List<Scalar> scalars = [-Scalar.One, -Scalar.FromUInt64(2), -Scalar.FromUInt64(8)];
        for (int i = 0; i < 63; i++)
        {
            sevens += Scalar.FromUInt64(7) * power;
            eights += Scalar.FromUInt64(8) * power;
            scalars.AddRange([Scalar.FromUInt64(8) * power, sevens, eights, eights - power, -eights]);
            power *= sixteen;
        }

        byte[] generator = RistrettoPoint.Generator.ToArray(), actual = new byte[32 * 64];
        foreach (Scalar[] batch in scalars.Chunk(64))
        {
            Span<byte> some = actual.AsSpan(0, 32 * batch.Length);
            Assert.True(Get(backend).TryMultiplyEncoded(batch, [.. Enumerable.Repeat(generator, batch.Length).SelectMany(g => g)], some));

            Assert.Equal(batch.SelectMany(k => RistrettoPoint.MultiplyGenerator(k + k).ToArray()), some.ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void An_identity_in_one_lane_harms_no_other(int backend)
    {
        byte[] uniform = Uniform(16, 3);
        for (int zero = 0; zero < 16; zero++)
        {
            Scalar[] scalars = [.. Enumerable.Repeat(OneHalf, 16)];
            scalars[zero] = Scalar.Zero;
            byte[] actual = new byte[16 * 32];
            Get(backend).MultiplyDerived(scalars, uniform, actual);

            Assert.All(Enumerable.Range(0, 16), i => Assert.Equal(
                i == zero ? new byte[32] : Derived(uniform, i).ToArray(), actual.AsSpan(i * 32, 32).ToArray()));
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Published_derivations_and_multiples_come_out(int backend)
    {
        byte[][] uniform = [.. Ristretto.GetProperty("derivations").EnumerateArray().Select(v => v.Hex("uniformBytes"))];
        byte[][] encodings = [.. Ristretto.GetProperty("derivations").EnumerateArray().Select(v => v.Hex("encoding"))];
        byte[] actual = new byte[uniform.Length * 32];
        Get(backend).MultiplyDerived([OneHalf], [.. uniform.SelectMany(u => u)], actual);
        Assert.Equal(encodings.SelectMany(e => e), actual);

        byte[][] multiples = [.. Ristretto.GetProperty("generatorMultiples").EnumerateArray().Select(v => Convert.FromHexString(v.GetString()!))];
        Scalar[] halves = [.. Enumerable.Range(0, multiples.Length).Select(k => OneHalf * Scalar.FromUInt64((ulong)k))];
        actual = new byte[multiples.Length * 32];
        Assert.True(Get(backend).TryMultiplyEncoded(halves, [.. Enumerable.Repeat(multiples[1], multiples.Length).SelectMany(g => g)], actual));
        Assert.Equal(multiples.SelectMany(m => m), actual);
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void A_bad_encoding_in_any_lane_is_refused(int backend)
    {
        byte[] generator = RistrettoPoint.Generator.ToArray();
        byte[][] bad = [new byte[32], .. Ristretto.GetProperty("invalidEncodings").EnumerateArray().Select(v => v.Hex("encoding"))];
        for (int i = 0; i < bad.Length; i++)
        {
            // Every lane for the identity and some, one lane for the others.
            foreach (int lane in i % 8 == 0 ? Enumerable.Range(0, 11) : [i % 11])
            {
                byte[] encodings = [.. Enumerable.Repeat(generator, 11).SelectMany(g => g)];
                bad[i].CopyTo(encodings, lane * 32);

                Assert.False(Get(backend).TryMultiplyEncoded([Scalar.One], encodings, new byte[11 * 32]), $"encoding {i} in lane {lane}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Rfc9497_transcripts_come_out(int backend)
    {
        Assert.True(Scalar.TryDecode(Rfc9497.Hex("key"), out Scalar key));
        foreach (JsonElement vector in Rfc9497.GetProperty("vectors").EnumerateArray())
        {
            Assert.True(Scalar.TryDecode(vector.Hex("blind"), out Scalar blind));
            byte[] uniform = new byte[64], blinded = new byte[32], evaluated = new byte[32], element = new byte[32], output = new byte[64];
            OprfSuite.Rfc9497.Expand(vector.Hex("input"), uniform);

            Get(backend).MultiplyDerived([OneHalf * blind], uniform, blinded);
            Assert.Equal(vector.Hex("blindedElement"), blinded);
            Assert.True(Get(backend).TryMultiplyEncoded([OneHalf * key], blinded, evaluated));
            Assert.Equal(vector.Hex("evaluationElement"), evaluated);
            Assert.True(Get(backend).TryMultiplyEncoded([OneHalf * blind.Invert()], evaluated, element));
            OprfSuite.HashOutput(vector.Hex("input"), element, output);
            Assert.Equal(vector.Hex("output"), output);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public void Sides_with_different_backends_agree(int backend)
    {
        byte[] items = new byte[70 * 16];
        new Random(4).NextBytes(items);
        byte[] blinded = new byte[70 * 32], evaluated = new byte[70 * 32], received = new byte[70 * 64], own = new byte[70 * 64];
        using var receiver = new EcdhOprfReceiver(OprfSuite.Alignment, Get(backend));
        using var sender = new EcdhOprfSender(OprfSuite.Alignment, new PortablePoints(), Scalars(1, 5)[0]);
        using var twin = new EcdhOprfSender(OprfSuite.Alignment, Get(backend), Scalars(1, 5)[0]);

        receiver.Blind(items, blinded);
        Assert.True(sender.TryBlindEvaluate(blinded, evaluated));
        Assert.True(receiver.TryFinalize(0, evaluated, received));
        twin.Evaluate(items, own);

        Assert.Equal(own, received);
    }

    private static IPointBackend Get(int index) => PointBackends.Supported[index];

    private static RistrettoPoint Derived(byte[] uniform, int i) => RistrettoPoint.FromUniformBytes(uniform.AsSpan(i * 64, 64));

    private static byte[] Doubled(Scalar scalar, RistrettoPoint point)
    {
        RistrettoPoint product = scalar * point;
        return (product + product).ToArray();
    }

    private static Scalar[] Scalars(int count, int seed)
    {
        var random = new Random(seed);
        Scalar[] scalars = new Scalar[count];
        byte[] bytes = new byte[64];
        for (int i = 0; i < count; i++)
        {
            random.NextBytes(bytes);
            scalars[i] = ((i + seed) % 9) switch
            {
                1 => Scalar.Zero,
                3 => Scalar.One,
                5 => Scalar.FromUInt64(2),
                7 => -Scalar.One,
                _ => Scalar.FromUniformBytes(bytes),
            };
        }

        return scalars;
    }

    // Random bytes, but all zeros, all ones, p and 1 in some places.
    private static byte[] Uniform(int count, int seed)
    {
        byte[] uniform = new byte[count * 64];
        new Random(seed).NextBytes(uniform);
        for (int i = 0; i < count; i++)
        {
            Span<byte> bytes = uniform.AsSpan(i * 64, 64);
            switch ((i + seed) % 7)
            {
                case 1:
                    bytes.Clear();
                    bytes[32] = 1;
                    break;
                case 3:
                    bytes.Fill(255);
                    break;
                case 5:
                    bytes[..32].Fill(255);
                    bytes[0] = 0xed;
                    bytes[31] = 0x7f;
                    break;
            }
        }

        return uniform;
    }
}
