// The two steps of a scalar multiplication in lanes, in place: EdwardsPoint's doubling and addition, with the formulas that stand there
// (Hisil, Wong, Carter, Dawson 2008). "(n)" counts units beyond one; coordinates have one.
//
// A step's time is that of its products only as long as its vectors do not cross cache lines: points and what is between them live in
// memory that begins at a multiple of 64 bytes.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VerticalFL.Cryptography.Ristretto255.Backends;

/// <summary>The point that is multiplied so far, the summand that is added to it, and room for their steps.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LaneSteps<T>
    where T : unmanaged, ILaneField<T>
{
    // The sum of all summands so far.
    private T _x;
    private T _y;
    private T _z;
    private T _t;

    // The steps' own.
    private T _a;
    private T _b;
    private T _c;
    private T _d;
    private T _e;
    private T _f;
    private T _g;
    private T _h;

    /// <summary>The point; of no meaning after an addition without T.</summary>
    public LanePoint<T> Point
    {
        readonly get => new(_x, _y, _z, _t);
        set
        {
            _x = value.X;
            _y = value.Y;
            _z = value.Z;
            _t = value.T4;
        }
    }

    /// <summary>Adds a point.</summary>
    /// <param name="summand">Its Y + X, Y - X, 2Z and 2dT, with at most two units each.</param>
    /// <param name="withT">Whether T is computed: false when a doubling follows, which does not read it.</param>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<T> summand, bool withT)
    {
        _e = _y - _x;
        _f = _y + _x;
        T.Multiply(_t, summand[3], out _c);
        T.Multiply(_z, summand[2], out _d);
        T.Multiply(_e, summand[1], out _a);
        T.Multiply(_f, summand[0], out _b);
        _f = _d - _c;    // (2)
        _g = _d + _c;    // (2)
        _e = _b - _a;    // (2)
        _h = _b + _a;    // (2)
        T.MultiplyBoth(_g, _e, _f, out _z, out _x);
        if (withT)
        {
            T.MultiplyBoth(_g, _e, _h, out _y, out _t);
        }
        else
        {
            T.Multiply(_g, _h, out _y);
        }
    }

    /// <summary>Doubles the point count times, at least once. Doubling does not read T, so only the last one computes it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void DoubleTimes(int count)
    {
        for (int i = count; ; i--)
        {
            // In the order in which the last round's results are ready.
            T.SquareTimes(_z, 1, out _c);
            T.SquareTimes(_y, 1, out _b);
            T.SquareTimes(_x, 1, out _a);
            _d = _x + _y;
            T.SquareTimes(_d, 1, out _d);
            _h = _b + _a;           // (2)
            _g = _b - _a;           // (2)
            _f = _c + _c;
            _f -= _g;               // (4)
            _e = _d - _h;           // (3)
            T.MultiplyBoth(_f, _h, _g, out _z, out _y);
            if (i == 1)
            {
                T.MultiplyBoth(_f, _h, _e, out _x, out _t);
                return;
            }

            T.Multiply(_f, _e, out _x);
        }
    }
}
