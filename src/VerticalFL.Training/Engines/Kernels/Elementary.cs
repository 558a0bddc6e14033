using System.Runtime.CompilerServices;

namespace VerticalFL.Training.Engines.Kernels;

/// <summary>
/// exp, log, log1p, tanh, erf and the logistic function in float32, the same bits at every register width and on every processor.
/// Method: range reduction and minimax polynomials in Horner form, one FMA a term; coefficients from protocols/training/elementary-polynomials.py.
/// Largest errors against double precision, asserted by the tests: exp 2 ulp, log 2 ulp, log1p 3 ulp, tanh 3 ulp, erf 3 ulp, logistic 3 ulp.
/// Not a number in gives not a number out.
/// </summary>
internal static class Elementary
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    // Adding and subtracting 1.5 * 2^23 rounds to the nearest integer, ties to even, for |x| < 2^22.
    private const float RoundingShift = 12582912f;
    private const float Log2E = 1.44269504f;

    // 0.693359375 has nine significant bits: n times it is exact for |n| <= 2^15.
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -0.000212194442f;

    /// <summary>e^x; 0 below -87.33654 (where float32 would be subnormal), infinity above 88.72283.</summary>
    [MethodImpl(Inline)]
    public static TVector Exp<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector shift = TSimd.Broadcast(RoundingShift);
        TVector n = TSimd.Subtract(TSimd.Fma(x, TSimd.Broadcast(Log2E), shift), shift);
        TVector r = TSimd.Fma(n, TSimd.Broadcast(-Ln2High), x);
        r = TSimd.Fma(n, TSimd.Broadcast(-Ln2Low), r);
        TVector q = TSimd.Broadcast(0.00139261759f);
        q = TSimd.Fma(q, r, TSimd.Broadcast(0.00836317334f));
        q = TSimd.Fma(q, r, TSimd.Broadcast(0.0416665561f));
        q = TSimd.Fma(q, r, TSimd.Broadcast(0.166665778f));
        q = TSimd.Fma(q, r, TSimd.Broadcast(0.5f));
        TVector p = TSimd.Add(TSimd.Fma(q, TSimd.Multiply(r, r), r), TSimd.Broadcast(1f));

        // In the kept range |n| <= 128; outside, the scaling's garbage is not selected.
        TVector result = TSimd.ScaleByPowerOfTwo(p, n);
        result = TSimd.SelectLess(TSimd.Broadcast(88.72283f), x, TSimd.Broadcast(float.PositiveInfinity), result);
        return TSimd.SelectLess(x, TSimd.Broadcast(-87.33654f), TSimd.Broadcast(0f), result);
    }

    /// <summary>The natural logarithm of a positive, normal, finite number.</summary>
    [MethodImpl(Inline)]
    public static TVector Log<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector m = TSimd.SplitPowerOfTwo(x, out TVector exponent);
        TVector one = TSimd.Broadcast(1f);
        TVector t = TwiceAtanh<TSimd, TVector>(TSimd.Divide(TSimd.Subtract(m, one), TSimd.Add(m, one)));
        t = TSimd.Fma(exponent, TSimd.Broadcast(Ln2Low), t);
        return TSimd.Fma(exponent, TSimd.Broadcast(Ln2High), t);
    }

    /// <summary>log(1 + x) for x in [0, 1].</summary>
    [MethodImpl(Inline)]
    public static TVector Log1P<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct =>
        TwiceAtanh<TSimd, TVector>(TSimd.Divide(x, TSimd.Add(x, TSimd.Broadcast(2f))));

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(Inline)]
    public static TVector Tanh<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector a = TSimd.Abs(x);
        TVector one = TSimd.Broadcast(1f);
        TVector e = Exp<TSimd, TVector>(TSimd.Add(a, a));
        TVector large = TSimd.Subtract(one, TSimd.Divide(TSimd.Broadcast(2f), TSimd.Add(e, one)));

        TVector z = TSimd.Multiply(x, x);
        TVector p = TSimd.Broadcast(-0.00609671418f);
        p = TSimd.Fma(p, z, TSimd.Broadcast(0.0209971797f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(-0.0538509078f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(0.133327693f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(-0.333333284f));
        TVector small = TSimd.Fma(TSimd.Multiply(p, z), a, a);
        return TSimd.CopySign(TSimd.SelectLess(a, TSimd.Broadcast(0.625f), small, large), x);
    }

    /// <summary>The error function.</summary>
    [MethodImpl(Inline)]
    public static TVector Erf<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector a = TSimd.Abs(x);
        TVector z = TSimd.Multiply(x, x);
        TVector p = TSimd.Broadcast(7.87587487e-05f);
        p = TSimd.Fma(p, z, TSimd.Broadcast(-0.00080168643f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(0.00518908724f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(-0.0268542115f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(0.112835944f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(-0.37612626f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(0.128379166f));
        TVector small = TSimd.Fma(p, a, a);

        // From 4 on erf rounds to 1 in float32. The comparison is written so that not a number stays.
        TVector four = TSimd.Broadcast(4f);
        TVector t = TSimd.SelectLess(four, a, four, a);
        TVector q = TSimd.Broadcast(-1.16603246e-06f);
        q = TSimd.Fma(q, t, TSimd.Broadcast(3.659301e-05f));
        q = TSimd.Fma(q, t, TSimd.Broadcast(-0.000515745545f));
        q = TSimd.Fma(q, t, TSimd.Broadcast(0.00437392248f));
        q = TSimd.Fma(q, t, TSimd.Broadcast(-0.0253086016f));
        q = TSimd.Fma(q, t, TSimd.Broadcast(0.108091913f));
        q = TSimd.Fma(q, t, TSimd.Broadcast(0.633971453f));
        q = TSimd.Fma(q, t, TSimd.Broadcast(0.128957242f));
        TVector complement = Exp<TSimd, TVector>(TSimd.Subtract(TSimd.Broadcast(0f), TSimd.Fma(q, t, t)));
        TVector large = TSimd.Subtract(TSimd.Broadcast(1f), complement);
        return TSimd.CopySign(TSimd.SelectLess(a, TSimd.Broadcast(1f), small, large), x);
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(Inline)]
    public static TVector Logistic<TSimd, TVector>(TVector x)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector one = TSimd.Broadcast(1f);
        TVector zero = TSimd.Broadcast(0f);
        TVector e = Exp<TSimd, TVector>(TSimd.Subtract(zero, TSimd.Abs(x)));
        return TSimd.Divide(TSimd.SelectLess(x, zero, e, one), TSimd.Add(one, e));
    }

    /// <summary>e^x of one number, for sequential formulas.</summary>
    public static float Exp(float x) => Exp<SimdScalar, float>(x);

    /// <summary>log x of one positive, normal number, for sequential formulas.</summary>
    public static float Log(float x) => Log<SimdScalar, float>(x);

    /// <summary>2 atanh(s) for |s| at most 1/3.</summary>
    [MethodImpl(Inline)]
    private static TVector TwiceAtanh<TSimd, TVector>(TVector s)
        where TSimd : struct, ISimd<TVector>
        where TVector : struct
    {
        TVector z = TSimd.Multiply(s, s);
        TVector p = TSimd.Broadcast(0.11612165f);
        p = TSimd.Fma(p, z, TSimd.Broadcast(0.108532876f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(0.142961785f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(0.199998528f));
        p = TSimd.Fma(p, z, TSimd.Broadcast(0.333333343f));
        TVector twice = TSimd.Add(s, s);
        return TSimd.Fma(TSimd.Multiply(twice, z), p, twice);
    }
}
