// Encoding many doubled points with one inversion in place of one square root each.
//
// Reference: Hamburg, "Decaf" (2015), and https://ristretto.group for the isogeny behind the encoding. The double of P = (X : Y : Z : T) is
// x = e/f, y = g/h with e = 2XY, f = Z^2 + d T^2, g = Y^2 + X^2, h = Z^2 - d T^2, that is (e h : f g : f h : e g) in extended coordinates.
// For a double, every square root in the encoding is a product of these four and constants, up to the inverse of e f g h.
// Secrets: constant time; a zero (identity) in the batch harms no other element.
using System.Runtime.CompilerServices;

namespace VerticalFL.Cryptography.Ristretto255;

/// <summary>Operations on many elements at once.</summary>
public static class PointBatch
{
    private const int MaxBatch = 64;

    /// <summary>Writes the encoding of 2P for every P.</summary>
    /// <param name="points">n elements.</param>
    /// <param name="destination">n * 32 bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    public static void EncodeDoubled(ReadOnlySpan<RistrettoPoint> points, Span<byte> destination)
    {
        if (destination.Length != (long)points.Length * RistrettoPoint.Size)
        {
            throw new ArgumentException(
                $"{points.Length} encodings of {RistrettoPoint.Size} bytes do not take {destination.Length} bytes.",
                nameof(destination));
        }

        while (points.Length > 0)
        {
            int n = Math.Min(points.Length, MaxBatch);
            EncodeBatch(points[..n], destination);
            points = points[n..];
            destination = destination[(n * RistrettoPoint.Size)..];
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void EncodeBatch(ReadOnlySpan<RistrettoPoint> points, Span<byte> destination)
    {
        Span<Doubled> states = stackalloc Doubled[MaxBatch];
        Span<FieldElement> inverses = stackalloc FieldElement[MaxBatch];
        Span<FieldElement> scratch = stackalloc FieldElement[MaxBatch];
        inverses = inverses[..points.Length];
        for (int i = 0; i < points.Length; i++)
        {
            states[i] = new Doubled(points[i].Edwards);
            inverses[i] = states[i].EG * states[i].FH;
        }

        FieldRoots.InvertAll(inverses, scratch);
        for (int i = 0; i < points.Length; i++)
        {
            states[i].Encode(inverses[i], destination.Slice(i * RistrettoPoint.Size, RistrettoPoint.Size));
        }
    }

    private readonly struct Doubled
    {
        public readonly FieldElement EG;
        public readonly FieldElement FH;
        private readonly FieldElement _e;
        private readonly FieldElement _f;
        private readonly FieldElement _g;
        private readonly FieldElement _h;

        public Doubled(in EdwardsPoint p)
        {
            FieldElement zz = p.Z.Square();
            FieldElement dtt = p.T.Square() * FieldRoots.D;
            _e = (p.X + p.X) * p.Y;
            _f = zz + dtt;
            _g = p.Y.Square() + p.X.Square();
            _h = zz - dtt;
            EG = _e * _g;
            FH = _f * _h;
        }

        public void Encode(in FieldElement inverse, Span<byte> destination)
        {
            // 1/Z = 1/(f h) and 1/T = 1/(e g).
            FieldElement zInverse = EG * inverse;
            FieldElement tInverse = FH * inverse;
            ulong rotate = (EG * zInverse).NegativeMask();
            FieldElement e = FieldElement.Select(rotate, _g, _e);
            FieldElement g = FieldElement.Select(rotate, -_e, _g);
            FieldElement h = FieldElement.Select(rotate, _f * FieldRoots.SqrtMinusOne, _h);
            FieldElement root = FieldElement.Select(rotate, FieldRoots.SqrtMinusOne, FieldRoots.InverseSqrtAMinusD);
            g = g.NegateIf((h * e * zInverse).NegativeMask());
            FieldElement s = (h - g) * (root * (g * tInverse));
            s.Absolute().ToBytes(destination);
        }
    }
}
