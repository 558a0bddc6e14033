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
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint SqrtRatio(in T u, in T v, out T root)
    {
        T.SquareTimes(v, 1, out T v3);
        T.Multiply(v3, v, out v3);
        T.Multiply(u, v3, out T uv3);
        T.Multiply(uv3, v3, out T uv7);
        T.Multiply(uv7, v, out uv7);
        PowerOfOnes(uv7, out T power, out _);
        T.SquareTimes(power, 2, out power);
        T.Multiply(power, uv7, out power);
        T.Multiply(uv3, power, out T r);
        T.SquareTimes(r, 1, out T check);
        T.Multiply(check, v, out check);
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
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PowerOfOnes(in T x, out T e250, out T x11)
    {
        T.SquareTimes(x, 1, out T x2);
        T.SquareTimes(x2, 2, out T e5);
        T.Multiply(e5, x, out T x9);
        T.Multiply(x9, x2, out x11);
        T.SquareTimes(x11, 1, out e5);
        T.Multiply(e5, x9, out e5);
        Extend(e5, 5, e5, out T e10);
        Extend(e10, 10, e10, out T e20);
        Extend(e20, 20, e20, out T e50);
        Extend(e50, 10, e10, out e50);
        Extend(e50, 50, e50, out T e100);
        Extend(e100, 100, e100, out e250);
        Extend(e250, 50, e50, out e250);
    }

    // e_(m+n) from e_m and e_n.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Extend(in T em, int n, in T en, out T sum)
    {
        T.SquareTimes(em, n, out T shifted);
        T.Multiply(shifted, en, out sum);
    }
}
