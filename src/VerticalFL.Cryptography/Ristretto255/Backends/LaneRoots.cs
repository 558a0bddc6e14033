// FieldRoots in lanes: the same formulas and addition chains, so the same canonical values. "(n)" counts units beyond one.
using System.Runtime.CompilerServices;

namespace VerticalFL.Cryptography.Ristretto255.Backends;

internal static class LaneRoots<T>
    where T : unmanaged, ILaneField<T>
{
    public static readonly T One = T.Broadcast(FieldElement.One);
    public static readonly T D = T.Broadcast(FieldRoots.D);
    public static readonly T TwoD = T.Broadcast(FieldRoots.TwoD);
    public static readonly T SqrtMinusOne = T.Broadcast(FieldRoots.SqrtMinusOne);
    public static readonly T SqrtAdMinusOne = T.Broadcast(FieldRoots.SqrtAdMinusOne);
    public static readonly T InverseSqrtAMinusD = T.Broadcast(FieldRoots.InverseSqrtAMinusD);
    public static readonly T OneMinusDSquared = T.Broadcast(FieldRoots.OneMinusDSquared);
    public static readonly T DMinusOneSquared = T.Broadcast(FieldRoots.DMinusOneSquared);

    public static T Absolute(in T x) => x.NegateIf(x.NegativeMask());

    /// <summary>As <see cref="FieldRoots.SqrtRatio"/>, with the lanes whose ratio is a square; u and v have one unit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint SqrtRatio(in T u, in T v, out T root)
    {
        T v3 = v.SquareTimes(1) * v;
        T uv3 = u * v3;
        T uv7 = uv3 * v3 * v;
        PowerOfOnes(uv7, out T e250, out _);
        T r = uv3 * (e250.SquareTimes(2) * uv7);
        T check = r.SquareTimes(1) * v;
        uint correct = (check - u).ZeroMask();                          // (2)
        uint flipped = (check + u).ZeroMask();                          // (2)
        uint flippedByRoot = (check + (u * SqrtMinusOne)).ZeroMask();   // (2)
        root = Absolute(T.Select(flipped | flippedByRoot, r * SqrtMinusOne, r));
        return correct | flipped;
    }

    /// <summary>Inverts every lane of every element in place; a zero stays zero and harms no other.</summary>
    /// <param name="elements">One unit each.</param>
    /// <param name="scratch">As long as <paramref name="elements"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void InvertAll(Span<T> elements, Span<T> scratch)
    {
        T product = One;
        for (int i = 0; i < elements.Length; i++)
        {
            scratch[i] = product;
            product *= T.Select(elements[i].ZeroMask(), One, elements[i]);
        }

        PowerOfOnes(product, out T e250, out T x11);
        T inverse = e250.SquareTimes(5) * x11;
        for (int i = elements.Length - 1; i >= 0; i--)
        {
            uint zero = elements[i].ZeroMask();
            T factor = T.Select(zero, One, elements[i]);
            elements[i] = T.Select(zero, default, scratch[i] * inverse);
            inverse *= factor;
        }
    }

    // x^(2^250 - 1) and x^11; e_n below stands for x^(2^n - 1).
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PowerOfOnes(in T x, out T e250, out T x11)
    {
        T x2 = x.SquareTimes(1);
        T x9 = x2.SquareTimes(2) * x;
        x11 = x9 * x2;
        T e5 = x11.SquareTimes(1) * x9;
        T e10 = e5.SquareTimes(5) * e5;
        T e20 = e10.SquareTimes(10) * e10;
        T e40 = e20.SquareTimes(20) * e20;
        T e50 = e40.SquareTimes(10) * e10;
        T e100 = e50.SquareTimes(50) * e50;
        T e200 = e100.SquareTimes(100) * e100;
        e250 = e200.SquareTimes(50) * e50;
    }
}
