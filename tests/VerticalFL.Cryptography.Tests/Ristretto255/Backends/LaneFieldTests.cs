using System.Numerics;
using VerticalFL.Cryptography.Ristretto255;
using VerticalFL.Cryptography.Ristretto255.Backends;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Ristretto255.Backends;

/// <summary>The lanes' arithmetic against big integers: extreme values in every lane, at the units that the interface allows.</summary>
public sealed class LaneFieldTests
{
    private static readonly BigInteger Prime = BigInteger.Pow(2, 255) - 19;

    // Around 0, p and 2^255, full and empty limbs of both radices, and squares' worst cases; the last ones are random.
    private static readonly BigInteger[] Values =
    [
        0, 1, 2, 18, 19, 20, Prime - 2, Prime - 1, Prime, Prime + 1, Prime + 18, Prime / 2, (Prime / 2) + 1,
        .. new[] { 25, 26, 50, 51, 52, 102, 153, 204, 229, 230, 254 }.SelectMany(b => new[] { BigInteger.Pow(2, b) - 1, BigInteger.Pow(2, b), BigInteger.Pow(2, 255) - 1 - BigInteger.Pow(2, b) }),
        .. Enumerable.Range(0, 30).Select(i => Random(i)),
    ];

    public static TheoryData<string> Fields => [nameof(Avx512Field), nameof(Avx2Field)];

    [Theory]
    [MemberData(nameof(Fields))]
    public void Sums_differences_and_products_are_exact_in_every_lane(string field) => Run(field, new Arithmetic());

    [Theory]
    [MemberData(nameof(Fields))]
    public void Masks_choices_and_signs_concern_their_lanes_only(string field) => Run(field, new Masks());

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_zero_in_any_lane_of_a_batch_inversion_stays_zero_and_harms_no_other(string field) => Run(field, new Inversions());

    private static void Run(string field, ITest test)
    {
        bool wide = field == nameof(Avx512Field);
        Assert.SkipUnless(wide ? Avx512Field.IsSupported : Avx2Field.IsSupported, "This processor has not these lanes.");
        if (wide)
        {
            test.On<Avx512Field>();
        }
        else
        {
            test.On<Avx2Field>();
        }
    }

    private static BigInteger Random(int seed)
    {
        byte[] bytes = new byte[32];
        new Random(seed).NextBytes(bytes);
        return new BigInteger(bytes, isUnsigned: true) % BigInteger.Pow(2, 255);
    }

    // Values from one on, a lane each.
    private static BigInteger[] Lanes<T>(int first)
        where T : unmanaged, ILaneField<T> =>
        [.. Enumerable.Range(first, T.Lanes).Select(i => Values[i % Values.Length])];

    private static T Load<T>(BigInteger[] lanes)
        where T : unmanaged, ILaneField<T>
    {
        byte[] bytes = new byte[32 * T.Lanes];
        for (int i = 0; i < lanes.Length; i++)
        {
            lanes[i].TryWriteBytes(bytes.AsSpan(32 * i, 32), out _, isUnsigned: true);
        }

        return T.FromBytes(bytes, 32);
    }

    private static void Check<T>(IEnumerable<BigInteger> expected, T actual)
        where T : unmanaged, ILaneField<T>
    {
        byte[] bytes = new byte[32 * T.Lanes];
        actual.ToBytes(bytes);
        Assert.Equal(
            expected.Select(e => ((e % Prime) + Prime) % Prime),
            Enumerable.Range(0, T.Lanes).Select(i => new BigInteger(bytes.AsSpan(32 * i, 32), isUnsigned: true)));
    }

    private interface ITest
    {
        void On<T>()
            where T : unmanaged, ILaneField<T>;
    }

    private sealed class Arithmetic : ITest
    {
        public void On<T>()
            where T : unmanaged, ILaneField<T>
        {
            for (int i = 0; i < Values.Length; i++)
            {
                for (int j = 0; j < Values.Length; j += 1 + (i % 3))
                {
                    BigInteger[] x = Lanes<T>(i), y = Lanes<T>(j);
                    T a = Load<T>(x), b = Load<T>(y), four = a + a + a + a, three = b + b + b, least = default(T) - b - b - b;
                    Check(x.Zip(y, (p, q) => p + q), a + b);
                    Check(x.Zip(y, (p, q) => p - q), a - b);
                    Check(x.Zip(y, (p, q) => p * q), a * b);
                    Check(x.Zip(y, (p, q) => 12 * p * q), four * three);
                    Check(x.Zip(y, (p, q) => -12 * p * q), four * least);
                    T.Multiply(four, least, out four);
                    Check(x.Zip(y, (p, q) => -12 * p * q), four);
                    T.MultiplyBoth(a, least, three, out T ab, out least);
                    Check(x.Zip(y, (p, q) => 3 * p * q), ab);
                    Check(y.Select(q => -9 * q * q), least);
                    T.SquareTimes(three, 1, out T square);
                    Check(y.Select(q => 9 * q * q), square);
                    Check(y.Select(q => BigInteger.ModPow(3 * q, 32, Prime)), three.SquareTimes(5));
                }
            }
        }
    }

    private sealed class Masks : ITest
    {
        public void On<T>()
            where T : unmanaged, ILaneField<T>
        {
            for (int i = 0; i < Values.Length; i++)
            {
                BigInteger[] x = Lanes<T>(i), y = Lanes<T>(i + 11);
                T a = Load<T>(x), b = Load<T>(y);
                uint mask = (uint)(i * 0x9e3779b1) >> (32 - T.Lanes);
                bool In(int lane) => ((mask >> lane) & 1) != 0;
                uint Of(Func<BigInteger, bool> condition) => (uint)x.Select((v, lane) => condition(v % Prime) ? 1 << lane : 0).Sum();
                Check(x.Select((v, lane) => In(lane) ? -v : v), a.NegateIf(mask));
                Check(x.Select((v, lane) => In(lane) ? v : y[lane]), T.Select(mask, a, b));
                var four = new T[4];
                T.ChooseFour([a, b, a, b, b, a, a, b], [mask, ~mask & ((1u << T.Lanes) - 1)], four);
                Check(x.Select((v, lane) => In(lane) ? v : y[lane]), four[0]);
                Check(x.Select((v, lane) => In(lane) ? y[lane] : v), four[1]);
                Check(x, four[2]);
                Check(y, four[3]);
                Assert.Equal(Of(v => v.IsZero), a.ZeroMask());
                Assert.Equal(Of(v => !v.IsEven), a.NegativeMask());
                Assert.Equal((1u << T.Lanes) - 1, (a - a).ZeroMask());

                // Zero as sums of four units on either side.
                Assert.Equal((1u << T.Lanes) - 1, (a + b - a - b).ZeroMask());
                Assert.Equal(Of(v => (4 * v % Prime).IsZero), (a + a + a + a).ZeroMask());
                Assert.Equal(Of(v => !((4 * (Prime - v)) % Prime).IsEven), (default(T) - a - a - a - a).NegativeMask());
            }
        }
    }

    private sealed class Inversions : ITest
    {
        public void On<T>()
            where T : unmanaged, ILaneField<T>
        {
            BigInteger[][] values = [.. Enumerable.Range(0, 8).Select(i => Lanes<T>((i * T.Lanes) + 1))];
            for (int zero = 0; zero < values.Length * T.Lanes; zero++)
            {
                BigInteger[][] some = [.. values.Select(v => v.ToArray())];
                some[zero / T.Lanes][zero % T.Lanes] = zero % 2 == 0 ? 0 : Prime;
                T[] elements = [.. some.Select(Load<T>)];
                LaneRoots<T>.InvertAll(elements, new T[elements.Length]);
                for (int i = 0; i < elements.Length; i++)
                {
                    Check(some[i].Select(v => BigInteger.ModPow(v, Prime - 2, Prime)), elements[i]);
                }
            }
        }
    }
}
