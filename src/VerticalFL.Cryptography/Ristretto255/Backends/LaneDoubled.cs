// The state of PointBatch.EncodeDoubled in lanes: e, f, g, h of the double and their products; see there for the formulas.
// "(n)" counts units beyond one.
using System.Runtime.CompilerServices;

namespace VerticalFL.Cryptography.Ristretto255.Backends;

internal readonly struct LaneDoubled<T>
    where T : unmanaged, ILaneField<T>
{
    private readonly T _eg;
    private readonly T _fh;
    private readonly T _e;
    private readonly T _f;
    private readonly T _g;
    private readonly T _h;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public LaneDoubled(in LanePoint<T> p)
    {
        T zz = p.Z.SquareTimes(1);
        T dtt = p.T4.SquareTimes(1) * LaneRoots<T>.D;
        _e = (p.X + p.X) * p.Y;
        _f = zz + dtt;                                      // (2)
        _g = p.Y.SquareTimes(1) + p.X.SquareTimes(1);       // (2)
        _h = zz - dtt;                                      // (2)
        _eg = _e * _g;
        _fh = _f * _h;
    }

    /// <summary>e f g h, whose inverse <see cref="Encode"/> takes; zero for the identity.</summary>
    public T Product => _eg * _fh;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Encode(in T inverse, Span<byte> destination)
    {
        T zInverse = _eg * inverse;
        T tInverse = _fh * inverse;
        uint rotate = (_eg * zInverse).NegativeMask();
        T e = T.Select(rotate, _g, _e);                                                         // (2)
        T g = T.Select(rotate, default(T) - _e, _g);                                            // (2)
        T h = T.Select(rotate, _f * LaneRoots<T>.SqrtMinusOne, _h);                             // (2)
        T root = T.Select(rotate, LaneRoots<T>.SqrtMinusOne, LaneRoots<T>.InverseSqrtAMinusD);
        g = g.NegateIf((h * e * zInverse).NegativeMask());
        T s = (h - g) * (root * (g * tInverse));
        LaneRoots<T>.Absolute(s).ToBytes(destination);
    }
}
