using System.Numerics;
using System.Reflection;
using VerticalFL.Cryptography.Ristretto255;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Ristretto255;

/// <summary>The limb arithmetic against big integers, at the bounds that its comments prove.</summary>
public sealed class FieldElementTests
{
    private const ulong Tight = (1UL << 51) + (1UL << 18);
    private const ulong Loose = 1UL << 54;

    private static readonly BigInteger Prime = BigInteger.Pow(2, 255) - 19;

    [Fact]
    public void Products_of_loose_elements_are_exact_and_tight()
    {
        foreach ((FieldElement a, FieldElement b) in Pairs(Loose))
        {
            AssertTight(Value(a) * Value(b), a * b);
            AssertTight(Value(a) * Value(a), a.Square());
        }
    }

    [Fact]
    public void Sums_and_differences_are_exact_and_tight()
    {
        foreach ((FieldElement a, FieldElement b) in Pairs(Tight))
        {
            AssertTight(Value(a) + Value(b), a + b);
            AssertTight(Value(a) - Value(b), a - b);
            AssertTight(-Value(a), -a);
            Assert.Equal(Mod(Value(a) + Value(b)), Mod(Value(FieldElement.AddLazily(a, b))));
            Assert.Equal(Mod(Value(a) - Value(b)), Mod(Value(FieldElement.SubtractTightLazily(a, b))));
        }
    }

    [Fact]
    public void Lazy_difference_is_exact_and_loose_up_to_its_bound()
    {
        foreach ((FieldElement a, FieldElement b) in Pairs((1UL << 53) - 75))
        {
            FieldElement difference = FieldElement.SubtractLazily(a, b);

            Assert.Equal(Mod(Value(a) - Value(b)), Mod(Value(difference)));
            Assert.All(Limbs(difference), l => Assert.True(l < Loose));
        }
    }

    [Fact]
    public void Bytes_are_canonical()
    {
        byte[] bytes = new byte[32];
        foreach ((FieldElement a, _) in Pairs(Loose))
        {
            a.ToBytes(bytes);

            Assert.Equal(Mod(Value(a)), new BigInteger(bytes, isUnsigned: true));
            Assert.Equal(Mod(Value(a)), Mod(Value(FieldElement.FromBytes(bytes))));
            Assert.Equal(Mod(Value(a)).IsEven ? 0 : ulong.MaxValue, a.NegativeMask());
            Assert.Equal(Mod(Value(a)).IsZero ? ulong.MaxValue : 0, a.ZeroMask());
        }

        // Every value from p to 2^255 - 1 is read modulo p; bit 255 is ignored.
        for (int excess = 0; excess < 19; excess++)
        {
            (Prime + excess + BigInteger.Pow(2, 255)).TryWriteBytes(bytes, out _, isUnsigned: true);
            FieldElement.FromBytes(bytes).ToBytes(bytes);

            Assert.Equal(excess, new BigInteger(bytes, isUnsigned: true));
        }
    }

    [Fact]
    public void Inverses_multiply_to_one_and_zero_stays_zero()
    {
        FieldElement[] elements = [.. Pairs(Tight).Select(p => p.A).Where((_, i) => i % 7 == 0)];
        FieldElement[] inverses = [.. elements];
        FieldRoots.InvertAll(inverses, new FieldElement[elements.Length]);

        Assert.Contains(elements, e => e.ZeroMask() != 0);
        for (int i = 0; i < elements.Length; i++)
        {
            BigInteger expected = BigInteger.ModPow(Mod(Value(elements[i])), Prime - 2, Prime);
            Assert.Equal(expected, Mod(Value(inverses[i])));
            Assert.Equal(expected, Mod(Value(FieldRoots.Invert(elements[i]))));
        }
    }

    // All pairs of extreme elements, p in several forms among them, and random ones with limbs below the limit.
    private static IEnumerable<(FieldElement A, FieldElement B)> Pairs(ulong limit)
    {
        const ulong Mask = (1UL << 51) - 1;
        ulong m = limit - 1;
        FieldElement[] extremes =
        [
            FieldElement.Zero, FieldElement.One, new(m, m, m, m, m), new(m, 0, 0, 0, 0), new(0, 0, 0, 0, m), new(m, 0, m, 0, m),
            new(Mask - 18, Mask, Mask, Mask, Mask), new(Mask - 19, Mask, Mask, Mask, Mask), new(Mask, Mask, Mask, Mask, Mask),
            new(Mask - 17, Mask, Mask, Mask, Mask), new(Mask + 1 - 19, Mask, Mask, Mask, Mask), new(1UL << 51, 0, 0, 0, 0),
        ];
        foreach (FieldElement a in extremes)
        {
            foreach (FieldElement b in extremes)
            {
                yield return (a, b);
            }
        }

        var random = new Random(1);
        FieldElement Next() => new(Limb(), Limb(), Limb(), Limb(), Limb());
        ulong Limb() => (ulong)random.NextInt64((long)limit);
        for (int i = 0; i < 500; i++)
        {
            yield return (Next(), Next());
        }
    }

    private static void AssertTight(BigInteger expected, FieldElement actual)
    {
        Assert.Equal(Mod(expected), Mod(Value(actual)));
        Assert.All(Limbs(actual), l => Assert.True(l < Tight));
    }

    private static BigInteger Mod(BigInteger value) => ((value % Prime) + Prime) % Prime;

    private static BigInteger Value(FieldElement element) =>
        Limbs(element).Reverse().Aggregate(BigInteger.Zero, (sum, limb) => (sum << 51) + limb);

    private static ulong[] Limbs(FieldElement element) =>
        [.. typeof(FieldElement).GetFields(BindingFlags.Instance | BindingFlags.NonPublic).OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => (ulong)f.GetValue(element)!)];
}
