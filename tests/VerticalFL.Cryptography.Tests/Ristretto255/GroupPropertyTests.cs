using System.Numerics;
using VerticalFL.Cryptography.Ristretto255;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Ristretto255;

public sealed class GroupPropertyTests
{
    private static readonly BigInteger Order = BigInteger.Pow(2, 252) + BigInteger.Parse("27742317777372353535851937790883648493");

    [Fact]
    public void Addition_is_an_abelian_group()
    {
        foreach ((Scalar _, Scalar _, RistrettoPoint p, RistrettoPoint q) in Samples(10, 1))
        {
            RistrettoPoint r = RistrettoPoint.Generator;

            Assert.Equal(p + q, q + p);
            Assert.Equal(p + q + r, p + (q + r));
            Assert.Equal(p, p + RistrettoPoint.Identity);
            Assert.True((p - p).IsIdentity);
            Assert.Equal(p, p - q + q);
            Assert.True(p != q);
            Assert.False(p.IsIdentity);
            Assert.Equal(p.GetHashCode(), (p - q + q).GetHashCode());
        }
    }

    [Fact]
    public void Scalars_act_linearly()
    {
        foreach ((Scalar a, Scalar b, RistrettoPoint p, RistrettoPoint q) in Samples(10, 2))
        {
            Assert.Equal((a * p) + (b * p), (a + b) * p);
            Assert.Equal((a * p) + (a * q), a * (p + q));
            Assert.Equal(a * (b * p), (a * b) * p);
            Assert.Equal(p, a.Invert() * (a * p));
            Assert.Equal(-(a * p), (-a) * p);
            Assert.True((Scalar.Zero * p).IsIdentity);
            Assert.True(((-Scalar.One) * p + p).IsIdentity);
            Assert.Equal(a * RistrettoPoint.Generator, RistrettoPoint.MultiplyGenerator(a));
        }
    }

    [Fact]
    public void Scalars_agree_with_big_integers()
    {
        foreach ((Scalar a, Scalar b, RistrettoPoint _, RistrettoPoint _) in Samples(200, 3))
        {
            Assert.Equal((Value(a) + Value(b)) % Order, Value(a + b));
            Assert.Equal((Value(a) - Value(b) + Order) % Order, Value(a - b));
            Assert.Equal((Order - Value(a)) % Order, Value(-a));
            Assert.Equal(Value(a) * Value(b) % Order, Value(a * b));
            Assert.Equal(BigInteger.ModPow(Value(a), Order - 2, Order), Value(a.Invert()));
        }

        Assert.True((-Scalar.Zero).IsZero);
        Assert.True(Scalar.Zero.Invert().IsZero);
        Assert.True((-Scalar.One + Scalar.One).IsZero);
    }

    [Fact]
    public void Scalars_of_extreme_words_agree_with_big_integers()
    {
        // Words of zeros and of ones in every place, and what lies around L and its words: carries run through, or stop, everywhere.
        BigInteger[] values =
        [
            .. Enumerable.Range(0, 81).Select(i => Enumerable.Range(0, 4).Aggregate(BigInteger.Zero, (sum, word) =>
                (sum << 64) + ((i / (int)Math.Pow(3, word) % 3) switch { 0 => 0, 1 => 1, _ => ulong.MaxValue })) % Order),
            Order - 1, Order - 2, Order / 2, (Order / 2) + 1, Order & ulong.MaxValue, Order >> 64, Order - BigInteger.Pow(2, 252),
        ];
        Scalar[] scalars = [.. values.Select(v => FromValue(v))];
        for (int i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], Value(scalars[i]));
            for (int j = 0; j < values.Length; j++)
            {
                Assert.Equal((values[i] + values[j]) % Order, Value(scalars[i] + scalars[j]));
                Assert.Equal((values[i] - values[j] + Order) % Order, Value(scalars[i] - scalars[j]));
                Assert.Equal(values[i] * values[j] % Order, Value(scalars[i] * scalars[j]));
            }
        }

        byte[] encoding = new byte[Scalar.Size];
        for (int excess = 0; excess < 3; excess++)
        {
            (Order + excess).TryWriteBytes(encoding, out _, isUnsigned: true);
            Assert.False(Scalar.TryDecode(encoding, out _));
        }
    }

    [Fact]
    public void InvertAll_inverts_each_and_refuses_zero()
    {
        Scalar[] scalars = [.. Samples(20, 4).Select(s => s.A)];
        Scalar[] inverses = [.. scalars];
        Scalar.InvertAll(inverses);

        Assert.All(scalars.Zip(inverses), pair => Assert.True(Scalar.FixedTimeEquals(pair.First.Invert(), pair.Second)));
        Scalar.InvertAll([]);
        scalars[7] = Scalar.Zero;
        Assert.Throws<ArgumentException>(() => Scalar.InvertAll(scalars));
    }

    [Fact]
    public void Random_scalars_are_canonical_and_differ()
    {
        HashSet<BigInteger> seen = [];
        for (int i = 0; i < 50; i++)
        {
            BigInteger value = Value(Scalar.Random());

            Assert.True(value > 0 && value < Order && seen.Add(value));
        }
    }

    [Fact]
    public void Encoding_is_the_same_for_all_representatives_of_an_element()
    {
        // Adding a point of order four leaves the element, and so the encoding, as it is.
        EdwardsPoint fourTorsion = new(FieldRoots.SqrtMinusOne, FieldElement.Zero, FieldElement.One, FieldElement.Zero);
        foreach ((_, _, RistrettoPoint p, _) in Samples(10, 5).Append((default, default, RistrettoPoint.Identity, default)))
        {
            EdwardsPoint representative = p.Edwards;
            for (int i = 0; i < 4; i++)
            {
                representative = EdwardsPoint.Add(representative, new CachedPoint(fourTorsion));
                var same = new RistrettoPoint(representative);

                Assert.Equal(p, same);
                Assert.Equal(p.ToArray(), same.ToArray());
                Assert.Equal((p + p).ToArray(), EncodeDoubled([same]));
                Assert.True(RistrettoPoint.TryDecode(same.ToArray(), out RistrettoPoint decoded));
                Assert.Equal(p, decoded);
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(130)]
    public void EncodeDoubled_equals_the_encodings_of_the_doubles(int count)
    {
        RistrettoPoint[] points = [.. Samples(count, 6).Select(s => s.P)];
        for (int i = 0; i < count; i += 3)
        {
            points[i] = RistrettoPoint.Identity;
        }

        Assert.Equal(points.SelectMany(p => (p + p).ToArray()), EncodeDoubled(points));
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        Assert.Throws<ArgumentException>(() => RistrettoPoint.Generator.Encode(new byte[31]));
        Assert.Throws<ArgumentException>(() => RistrettoPoint.FromUniformBytes(new byte[63]));
        Assert.Throws<ArgumentException>(() => Scalar.FromUniformBytes(new byte[32]));
        Assert.Throws<ArgumentException>(() => Scalar.One.Encode(new byte[33]));
        Assert.Throws<ArgumentException>(() => PointBatch.EncodeDoubled([RistrettoPoint.Generator], new byte[64]));
    }

    [Fact]
    public void Scalar_prints_nothing() => Assert.Equal("[redacted]", $"{Scalar.One}");

    private static byte[] EncodeDoubled(RistrettoPoint[] points)
    {
        byte[] encodings = new byte[points.Length * 32];
        PointBatch.EncodeDoubled(points, encodings);
        return encodings;
    }

    private static IEnumerable<(Scalar A, Scalar B, RistrettoPoint P, RistrettoPoint Q)> Samples(int count, int seed)
    {
        var random = new Random(seed);
        byte[] Next()
        {
            byte[] bytes = new byte[64];
            random.NextBytes(bytes);
            return bytes;
        }

        for (int i = 0; i < count; i++)
        {
            yield return (Scalar.FromUniformBytes(Next()), Scalar.FromUniformBytes(Next()),
                RistrettoPoint.FromUniformBytes(Next()), RistrettoPoint.FromUniformBytes(Next()));
        }
    }

    private static Scalar FromValue(BigInteger value)
    {
        byte[] bytes = new byte[Scalar.Size];
        Assert.True(value.TryWriteBytes(bytes, out _, isUnsigned: true));
        Assert.True(Scalar.TryDecode(bytes, out Scalar scalar));
        return scalar;
    }

    private static BigInteger Value(Scalar scalar)
    {
        byte[] bytes = new byte[Scalar.Size];
        scalar.Encode(bytes);
        return new BigInteger(bytes, isUnsigned: true);
    }
}
