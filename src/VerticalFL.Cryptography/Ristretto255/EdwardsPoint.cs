// Points of the twisted Edwards curve -x^2 + y^2 = 1 + d x^2 y^2 in extended coordinates: x = X/Z, y = Y/Z, x y = T/Z.
//
// Reference: Hisil, Wong, Carter, Dawson, "Twisted Edwards Curves Revisited" (ASIACRYPT 2008), sections 3.1 and 4.4: formulas complete for
// a = -1 and non-square d, so no input is exceptional and no branch is needed.
// Bounds: coordinates are tight; "(n)" beside an intermediate value bounds its limbs by n * 2^51 plus less than 2^21.
using System.Runtime.CompilerServices;

namespace VerticalFL.Cryptography.Ristretto255;

internal readonly struct EdwardsPoint(in FieldElement x, in FieldElement y, in FieldElement z, in FieldElement t)
{
    public readonly FieldElement X = x;
    public readonly FieldElement Y = y;
    public readonly FieldElement Z = z;
    public readonly FieldElement T = t;

    public static EdwardsPoint Identity => new(FieldElement.Zero, FieldElement.One, FieldElement.One, FieldElement.Zero);

    /// <summary>The base point of RFC 8032 section 5.1: y = 4/5, x even.</summary>
    public static EdwardsPoint Base => new(
        new FieldElement(1738742601995546, 1146398526822698, 2070867633025821, 562264141797630, 587772402128613),
        new FieldElement(1801439850948184, 1351079888211148, 450359962737049, 900719925474099, 1801439850948198),
        FieldElement.One,
        new FieldElement(1841354044333475, 16398895984059, 755974180946558, 900171276175154, 1821297809914039));

    public EdwardsPoint Negate() => new(-X, Y, Z, -T);

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static EdwardsPoint Add(in EdwardsPoint p, in CachedPoint q)
    {
        FieldElement a = FieldElement.SubtractTightLazily(p.Y, p.X) * q.YMinusX;
        FieldElement b = FieldElement.AddLazily(p.Y, p.X) * q.YPlusX;
        FieldElement c = p.T * q.TwoDT;
        FieldElement d = p.Z * q.TwoZ;
        FieldElement e = FieldElement.SubtractTightLazily(b, a);  // (3)
        FieldElement f = FieldElement.SubtractTightLazily(d, c);  // (3)
        FieldElement g = FieldElement.AddLazily(d, c);            // (2)
        FieldElement h = FieldElement.AddLazily(b, a);            // (2)
        return new EdwardsPoint(e * f, g * h, f * g, e * h);
    }

    /// <summary>2^count times the point, count at least 1. Doubling does not read T, so only the last one computes it.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public EdwardsPoint DoubleTimes(int count)
    {
        FieldElement x = X, y = Y, z = Z;
        for (int i = count; ; i--)
        {
            FieldElement xx = x.Square();
            FieldElement yy = y.Square();
            FieldElement zz = z.Square();
            FieldElement sum = FieldElement.AddLazily(x, y).Square();
            FieldElement h = FieldElement.AddLazily(yy, xx);                                      // (2)
            FieldElement g = FieldElement.SubtractTightLazily(yy, xx);                            // (3), at most 2^53 - 76
            FieldElement e = FieldElement.SubtractLazily(sum, h);                                 // (5)
            FieldElement f = FieldElement.SubtractLazily(FieldElement.AddLazily(zz, zz), g);      // (6)
            x = e * f;
            y = g * h;
            z = f * g;
            if (i == 1)
            {
                return new EdwardsPoint(x, y, z, e * h);
            }
        }
    }
}
