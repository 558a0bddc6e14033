using VerticalFL.Training.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Engines.Kernels;

public sealed unsafe class ElementaryTests
{
    private const int Samples = 200_000;

    [Fact]
    public void Exp_is_within_two_ulp()
    {
        AssertUlps(Grid(-87.3f, 88.7f), Elementary.Exp, Math.Exp, 2);
        Assert.Equal(1f, Elementary.Exp(0f));
        Assert.Equal(0f, Elementary.Exp(-100f));
        Assert.Equal(0f, Elementary.Exp(float.NegativeInfinity));
        Assert.Equal(float.PositiveInfinity, Elementary.Exp(88.73f));
        Assert.Equal(float.PositiveInfinity, Elementary.Exp(float.PositiveInfinity));
    }

    [Fact]
    public void Log_is_within_two_ulp()
    {
        AssertUlps(Grid(0.5f, 2f), Elementary.Log, Math.Log, 2);
        AssertUlps(Grid(1e-30f, 1e-3f), Elementary.Log, Math.Log, 2);
        AssertUlps(Grid(2f, 1e6f), Elementary.Log, Math.Log, 2);
        Assert.Equal(0f, Elementary.Log(1f));
    }

    [Fact]
    public void Log1P_is_within_three_ulp()
    {
        // Math has no log1p; below 1e-4 three terms of the series are exact to double precision's tenth digit and better.
        static double Reference(double x) => x < 1e-4 ? x - (x * x / 2) + (x * x * x / 3) : Math.Log(1 + x);
        AssertUlps(Grid(0f, 1f), Elementary.Log1P<SimdScalar, float>, Reference, 3);
        AssertUlps(Grid(1e-30f, 1e-4f), Elementary.Log1P<SimdScalar, float>, Reference, 3);
    }

    [Fact]
    public void Tanh_is_within_three_ulp()
    {
        AssertUlps(Grid(-10f, 10f), Elementary.Tanh<SimdScalar, float>, Math.Tanh, 3);
        AssertUlps(Grid(-0.7f, 0.7f), Elementary.Tanh<SimdScalar, float>, Math.Tanh, 3);
        Assert.Equal(1f, Elementary.Tanh<SimdScalar, float>(float.PositiveInfinity));
        Assert.Equal(-1f, Elementary.Tanh<SimdScalar, float>(-200f));
    }

    [Fact]
    public void Erf_is_within_three_ulp()
    {
        AssertUlps(Grid(-4.5f, 4.5f), Elementary.Erf<SimdScalar, float>, Erf, 3);
        AssertUlps(Grid(-0.01f, 0.01f), Elementary.Erf<SimdScalar, float>, Erf, 3);
        Assert.Equal(1f, Elementary.Erf<SimdScalar, float>(float.PositiveInfinity));
        Assert.Equal(-1f, Elementary.Erf<SimdScalar, float>(-5f));
    }

    [Fact]
    public void Logistic_is_within_three_ulp()
    {
        AssertUlps(Grid(-80f, 20f), Elementary.Logistic<SimdScalar, float>, x => 1 / (1 + Math.Exp(-x)), 3);
        Assert.Equal(0f, Elementary.Logistic<SimdScalar, float>(-1000f));
        Assert.Equal(1f, Elementary.Logistic<SimdScalar, float>(1000f));
    }

    [Fact]
    public void Every_width_gives_the_same_bits()
    {
        // Not a multiple of 16, so that the scalar tail takes part; with the special values in front.
        float[] x = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1e-40f, .. Widths.Numbers(1, 3001, 20f)];
        AssertSameBits(default(ExpMap), x);
        AssertSameBits(default(TanhMap), x);
        AssertSameBits(default(GeluMap), x);
        AssertSameBits(default(LogisticMap), x);
        AssertSameBits(default(ReluMap), x);
        AssertSameBits(default(LogMap), Widths.Numbers(2, 3001, 20f).Select(v => Math.Abs(v) + 1e-20f).ToArray());
    }

    [Fact]
    public void Not_a_number_stays_not_a_number()
    {
        float[] x = [float.NaN];
        foreach (float y in (float[])[Apply(default(ExpMap), x)[0], Apply(default(TanhMap), x)[0], Apply(default(GeluMap), x)[0], Apply(default(ReluMap), x)[0], Apply(default(LogisticMap), x)[0]])
        {
            Assert.True(float.IsNaN(y));
        }
    }

    private static float[] Apply<TMap>(TMap map, float[] x, VectorWidth width = VectorWidth.Scalar)
        where TMap : struct, IMap
    {
        float[] y = new float[x.Length];
        fixed (float* px = x, py = y)
        {
            KernelSet.For(width).Map(map, px, py, x.Length);
        }

        return y;
    }

    private static void AssertSameBits<TMap>(TMap map, float[] x)
        where TMap : struct, IMap
    {
        float[] expected = Apply(map, x);
        foreach (VectorWidth width in Widths.All)
        {
            float[] actual = Apply(map, x, width);
            for (int i = 0; i < x.Length; i++)
            {
                Assert.True(
                    float.IsNaN(expected[i]) ? float.IsNaN(actual[i]) : BitConverter.SingleToInt32Bits(expected[i]) == BitConverter.SingleToInt32Bits(actual[i]),
                    $"{typeof(TMap).Name} of {x[i]:R} at {width}: {actual[i]:R}, not {expected[i]:R}.");
            }
        }
    }

    private static IEnumerable<float> Grid(float low, float high)
    {
        for (int i = 0; i <= Samples; i++)
        {
            yield return (float)(low + ((high - (double)low) * i / Samples));
        }
    }

    private static void AssertUlps(IEnumerable<float> inputs, Func<float, float> actual, Func<double, double> reference, double most)
    {
        double worst = 0;
        float at = 0;
        foreach (float x in inputs)
        {
            double expected = reference(x);
            float rounded = Math.Abs((float)expected);
            double ulp = MathF.BitIncrement(rounded) - (double)rounded;
            double error = Math.Abs(actual(x) - expected) / ulp;
            if (!(error <= worst))
            {
                (worst, at) = (error, x);
            }
        }

        Assert.True(worst <= most, $"{worst:F2} ulp at {at:R}");
    }

    /// <summary>The error function in double precision: its series below 3, the continued fraction of its complement above.</summary>
    private static double Erf(double x)
    {
        double a = Math.Abs(x);
        if (a < 3)
        {
            double term = a;
            double sum = a;
            for (int n = 1; n < 120; n++)
            {
                term *= -a * a / n;
                sum += term / ((2 * n) + 1);
            }

            return Math.Sign(x) * 2 / Math.Sqrt(Math.PI) * sum;
        }

        double fraction = 0;
        for (int n = 80; n > 0; n--)
        {
            fraction = n / 2.0 / (a + fraction);
        }

        return Math.Sign(x) * (1 - (Math.Exp(-a * a) / Math.Sqrt(Math.PI) / (a + fraction)));
    }
}
