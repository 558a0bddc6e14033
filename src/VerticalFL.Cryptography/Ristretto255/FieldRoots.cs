// Inversion, square roots of ratios and the curve's constants in GF(2^255 - 19).
//
// Reference: RFC 9496 section 4.1 (constants) and 4.2 (SQRT_RATIO_M1).
// Secrets: fixed exponents, so the sequence of operations does not depend on the argument.
using System.Runtime.CompilerServices;

namespace VerticalFL.Cryptography.Ristretto255;

internal static class FieldRoots
{
    /// <summary>d = -121665 / 121666, the curve's constant.</summary>
    public static readonly FieldElement D = new(929955233495203, 466365720129213, 1662059464998953, 2033849074728123, 1442794654840575);

    /// <summary>2 d.</summary>
    public static readonly FieldElement TwoD = new(1859910466990425, 932731440258426, 1072319116312658, 1815898335770999, 633789495995903);

    /// <summary>The non-negative square root of -1.</summary>
    public static readonly FieldElement SqrtMinusOne =
        new(1718705420411056, 234908883556509, 2233514472574048, 2117202627021982, 765476049583133);

    /// <summary>The square root of -d - 1 that RFC 9496 names SQRT_AD_MINUS_ONE (a = -1).</summary>
    public static readonly FieldElement SqrtAdMinusOne =
        new(2241493124984347, 425987919032274, 2207028919301688, 1220490630685848, 974799131293748);

    /// <summary>The inverse square root of -1 - d (INVSQRT_A_MINUS_D).</summary>
    public static readonly FieldElement InverseSqrtAMinusD =
        new(278908739862762, 821645201101625, 8113234426968, 1777959178193151, 2118520810568447);

    /// <summary>1 - d^2.</summary>
    public static readonly FieldElement OneMinusDSquared =
        new(1136626929484150, 1998550399581263, 496427632559748, 118527312129759, 45110755273534);

    /// <summary>(d - 1)^2.</summary>
    public static readonly FieldElement DMinusOneSquared =
        new(1507062230895904, 1572317787530805, 683053064812840, 317374165784489, 1572899562415810);

    /// <summary>1/x, and 0 for 0: x^(p - 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static FieldElement Invert(in FieldElement x)
    {
        (FieldElement e250, FieldElement x11) = PowerOfOnes(x);
        return e250.SquareTimes(5) * x11;
    }

    /// <summary>
    /// The non-negative root of u/v and all ones when u/v is a square (or u is zero); else the non-negative root of sqrt(-1) u/v and zero.
    /// A zero v with a nonzero u gives (zero mask, 0).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ulong SqrtRatio(in FieldElement u, in FieldElement v, out FieldElement root)
    {
        FieldElement v3 = v.Square() * v;
        FieldElement uv3 = u * v3;
        FieldElement uv7 = uv3 * v3 * v;
        FieldElement r = uv3 * Power252Minus3(uv7);
        FieldElement check = v * r.Square();
        FieldElement minusU = -u;
        ulong correct = FieldElement.EqualMask(check, u);
        ulong flipped = FieldElement.EqualMask(check, minusU);
        ulong flippedByRoot = FieldElement.EqualMask(check, minusU * SqrtMinusOne);
        root = FieldElement.Select(flipped | flippedByRoot, r * SqrtMinusOne, r).Absolute();
        return correct | flipped;
    }

    /// <summary>
    /// Replaces every element by its inverse with one inversion and three products each; zero stays zero and harms no other.
    /// </summary>
    /// <param name="elements">The elements, tight.</param>
    /// <param name="scratch">As long as <paramref name="elements"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InvertAll(Span<FieldElement> elements, Span<FieldElement> scratch)
    {
        FieldElement product = FieldElement.One;
        for (int i = 0; i < elements.Length; i++)
        {
            scratch[i] = product;
            product *= FieldElement.Select(elements[i].ZeroMask(), FieldElement.One, elements[i]);
        }

        FieldElement inverse = Invert(product);
        for (int i = elements.Length - 1; i >= 0; i--)
        {
            ulong zero = elements[i].ZeroMask();
            FieldElement factor = FieldElement.Select(zero, FieldElement.One, elements[i]);
            elements[i] = FieldElement.Select(zero, FieldElement.Zero, scratch[i] * inverse);
            inverse *= factor;
        }
    }

    /// <summary>x^((p - 5) / 8) = x^(2^252 - 3).</summary>
    private static FieldElement Power252Minus3(in FieldElement x)
    {
        (FieldElement e250, _) = PowerOfOnes(x);
        return e250.SquareTimes(2) * x;
    }

    // x^(2^250 - 1) and x^11; e_n below stands for x^(2^n - 1).
    private static (FieldElement E250, FieldElement X11) PowerOfOnes(in FieldElement x)
    {
        FieldElement x2 = x.Square();
        FieldElement x9 = x2.SquareTimes(2) * x;
        FieldElement x11 = x9 * x2;
        FieldElement e5 = x11.Square() * x9;
        FieldElement e10 = e5.SquareTimes(5) * e5;
        FieldElement e20 = e10.SquareTimes(10) * e10;
        FieldElement e40 = e20.SquareTimes(20) * e20;
        FieldElement e50 = e40.SquareTimes(10) * e10;
        FieldElement e100 = e50.SquareTimes(50) * e50;
        FieldElement e200 = e100.SquareTimes(100) * e100;
        return (e200.SquareTimes(50) * e50, x11);
    }
}
