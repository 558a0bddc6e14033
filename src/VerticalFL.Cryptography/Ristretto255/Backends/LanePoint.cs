// Curve points in lanes: EdwardsPoint, decoding and the one-way map with the formulas that stand there (Hisil, Wong, Carter, Dawson 2008;
// RFC 9496 sections 4.3.1 and 4.3.4). "(n)" counts units beyond one; coordinates have one.
using System.Runtime.CompilerServices;

namespace VerticalFL.Cryptography.Ristretto255.Backends;

internal readonly struct LanePoint<T>(in T x, in T y, in T z, in T t)
    where T : unmanaged, ILaneField<T>
{
    public readonly T X = x;
    public readonly T Y = y;
    public readonly T Z = z;
    public readonly T T4 = t;

    /// <summary>Decodes one encoding per lane.</summary>
    /// <param name="encodings">32 bytes a lane.</param>
    /// <param name="point">The elements; of no meaning in lanes that are not valid.</param>
    /// <returns>The lanes that hold a canonical encoding of an element other than the identity.</returns>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static uint Decode(ReadOnlySpan<byte> encodings, out LanePoint<T> point)
    {
        T s = T.FromBytes(encodings, RistrettoPoint.Size);
        Span<byte> canonical = stackalloc byte[T.Lanes * RistrettoPoint.Size];
        s.ToBytes(canonical);
        uint valid = ~s.NegativeMask();
        for (int lane = 0; lane < T.Lanes; lane++)
        {
            int at = lane * RistrettoPoint.Size;
            if (!canonical.Slice(at, RistrettoPoint.Size).SequenceEqual(encodings.Slice(at, RistrettoPoint.Size)))
            {
                valid &= ~(1u << lane);
            }
        }

        T ss = s.SquareTimes(1);
        T u1 = LaneRoots<T>.One - ss;                                               // (2)
        T u2 = LaneRoots<T>.One + ss;                                               // (2)
        T u2Squared = u2.SquareTimes(1);
        T v = default(T) - (u1.SquareTimes(1) * LaneRoots<T>.D) - u2Squared;        // (2)
        uint square = LaneRoots<T>.SqrtRatio(LaneRoots<T>.One, v * u2Squared, out T root);
        T denX = root * u2;
        T denY = root * denX * v;
        T x = LaneRoots<T>.Absolute((s + s) * denX);
        T y = u1 * denY;
        T t = x * y;
        point = new LanePoint<T>(x, y, LaneRoots<T>.One, t);
        return valid & square & ~t.NegativeMask() & ~(y.ZeroMask() | s.ZeroMask()) & ((1u << T.Lanes) - 1);
    }

    /// <summary>Derives one element per lane from 64 uniform bytes each.</summary>
    public static LanePoint<T> FromUniformBytes(ReadOnlySpan<byte> bytes)
    {
        LanePoint<T> first = Map(T.FromBytes(bytes, RistrettoPoint.UniformSize));
        LanePoint<T> second = Map(T.FromBytes(bytes[32..], RistrettoPoint.UniformSize));
        return first.Add(
            second.Y + second.X, second.Y - second.X, second.Z + second.Z, second.T4 * LaneRoots<T>.TwoD);
    }

    /// <summary>The sum with the point whose (Y + X, Y - X, 2Z, 2dT) are given, with at most two units each.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public LanePoint<T> Add(in T yPlusX, in T yMinusX, in T twoZ, in T twoDT)
    {
        T a = (Y - X) * yMinusX;
        T b = (Y + X) * yPlusX;
        T c = T4 * twoDT;
        T d = Z * twoZ;
        T e = b - a;    // (2)
        T f = d - c;    // (2)
        T g = d + c;    // (2)
        T h = b + a;    // (2)
        T.MultiplyBoth(e, g, f, out T x, out T z);
        T.MultiplyBoth(g, e, h, out T y, out T t);
        return new LanePoint<T>(x, y, z, t);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static LanePoint<T> Map(in T t)
    {
        T one = LaneRoots<T>.One;
        T r = t.SquareTimes(1) * LaneRoots<T>.SqrtMinusOne;
        T u = (r + one) * LaneRoots<T>.OneMinusDSquared;
        T minusOne = default(T) - one;
        T v = (minusOne - (r * LaneRoots<T>.D)) * (r + LaneRoots<T>.D);
        uint square = LaneRoots<T>.SqrtRatio(u, v, out T root);
        T s = T.Select(square, root, default(T) - LaneRoots<T>.Absolute(root * t));
        T c = T.Select(square, minusOne, r);
        T n = (c * (r - one) * LaneRoots<T>.DMinusOneSquared) - v;     // (2)
        T ss = s.SquareTimes(1);
        T w0 = (s + s) * v;
        T w1 = n * LaneRoots<T>.SqrtAdMinusOne;
        T w2 = one - ss;                                                // (2)
        T w3 = one + ss;                                                // (2)
        return new LanePoint<T>(w0 * w3, w2 * w1, w1 * w3, w0 * w2);
    }
}
