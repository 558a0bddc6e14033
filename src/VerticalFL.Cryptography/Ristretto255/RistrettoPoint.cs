// ristretto255: a group of prime order L = 2^252 + 27742317777372353535851937790883648493.
//
// Reference: RFC 9496 section 4. Encodings take 32 bytes and are unique; what is not canonical is refused.
// Secrets: constant time in points and scalars, except that TryDecode returns early on a malformed encoding, which is public.
using System.Runtime.CompilerServices;

namespace VerticalFL.Cryptography.Ristretto255;

/// <summary>
/// An element of the group ristretto255 (RFC 9496). The default value is not an element: start from <see cref="Identity"/>.
/// </summary>
public readonly struct RistrettoPoint : IEquatable<RistrettoPoint>
{
    /// <summary>Bytes of an encoding.</summary>
    public const int Size = 32;

    /// <summary>Bytes that <see cref="FromUniformBytes"/> takes.</summary>
    public const int UniformSize = 64;

    private readonly EdwardsPoint _point;

    internal RistrettoPoint(in EdwardsPoint point) => _point = point;

    /// <summary>The neutral element; its encoding is 32 zero bytes.</summary>
    public static RistrettoPoint Identity => new(EdwardsPoint.Identity);

    /// <summary>The generator of RFC 9496 section 4.</summary>
    public static RistrettoPoint Generator => new(EdwardsPoint.Base);

    /// <summary>True for the neutral element.</summary>
    public bool IsIdentity => Equals(Identity);

    internal EdwardsPoint Edwards => _point;

    /// <summary>Reads an encoding (RFC 9496 section 4.3.1). The identity is a valid encoding; protocols that forbid it check it.</summary>
    /// <param name="encoding">32 bytes; any other length is refused.</param>
    /// <param name="point">The element, or the identity after a refusal.</param>
    /// <returns>False for a non-canonical or negative field element and for what lies on no valid point.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool TryDecode(ReadOnlySpan<byte> encoding, out RistrettoPoint point)
    {
        point = Identity;
        if (encoding.Length != Size)
        {
            return false;
        }

        FieldElement s = FieldElement.FromBytes(encoding);
        Span<byte> canonical = stackalloc byte[Size];
        s.ToBytes(canonical);
        if (!canonical.SequenceEqual(encoding) || (encoding[0] & 1) != 0)
        {
            return false;
        }

        FieldElement ss = s.Square();
        FieldElement u1 = FieldElement.One - ss;
        FieldElement u2 = FieldElement.One + ss;
        FieldElement u2Squared = u2.Square();
        FieldElement v = -(FieldRoots.D * u1.Square()) - u2Squared;
        ulong wasSquare = FieldRoots.SqrtRatio(FieldElement.One, v * u2Squared, out FieldElement root);
        FieldElement denX = root * u2;
        FieldElement denY = root * denX * v;
        FieldElement x = ((s + s) * denX).Absolute();
        FieldElement y = u1 * denY;
        FieldElement t = x * y;
        if ((~wasSquare | t.NegativeMask() | y.ZeroMask()) != 0)
        {
            return false;
        }

        point = new RistrettoPoint(new EdwardsPoint(x, y, FieldElement.One, t));
        return true;
    }

    /// <summary>Derives an element from 64 uniform bytes, indifferentiable from a random oracle (RFC 9496 section 4.3.4).</summary>
    /// <exception cref="ArgumentException">There are not 64 bytes.</exception>
    public static RistrettoPoint FromUniformBytes(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != UniformSize)
        {
            throw new ArgumentException($"An element is derived from {UniformSize} bytes, not {bytes.Length}.", nameof(bytes));
        }

        EdwardsPoint first = Map(FieldElement.FromBytes(bytes[..32]));
        EdwardsPoint second = Map(FieldElement.FromBytes(bytes[32..]));
        return new RistrettoPoint(EdwardsPoint.Add(first, new CachedPoint(second)));
    }

    /// <summary>scalar times the generator, about three times faster than the general product.</summary>
    public static RistrettoPoint MultiplyGenerator(in Scalar scalar) => new(ScalarMultiplication.MultiplyBase(scalar));

    /// <summary>The group's operation.</summary>
    public static RistrettoPoint operator +(in RistrettoPoint a, in RistrettoPoint b) =>
        new(EdwardsPoint.Add(a._point, new CachedPoint(b._point)));

    /// <summary>a + (-b).</summary>
    public static RistrettoPoint operator -(in RistrettoPoint a, in RistrettoPoint b) => a + -b;

    /// <summary>The inverse element.</summary>
    public static RistrettoPoint operator -(in RistrettoPoint a) => new(a._point.Negate());

    /// <summary>scalar times point, constant time in both.</summary>
    public static RistrettoPoint operator *(in Scalar scalar, in RistrettoPoint point) =>
        new(ScalarMultiplication.Multiply(scalar, point._point));

    /// <summary>Equality of elements, in constant time.</summary>
    public static bool operator ==(in RistrettoPoint a, in RistrettoPoint b) => a.Equals(b);

    /// <summary>Inequality of elements, in constant time.</summary>
    public static bool operator !=(in RistrettoPoint a, in RistrettoPoint b) => !a.Equals(b);

    /// <summary>Writes the element's only encoding (RFC 9496 section 4.3.2).</summary>
    /// <param name="destination">32 bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Encode(Span<byte> destination)
    {
        if (destination.Length != Size)
        {
            throw new ArgumentException($"An encoding takes {Size} bytes, not {destination.Length}.", nameof(destination));
        }

        FieldElement u1 = (_point.Z + _point.Y) * (_point.Z - _point.Y);
        FieldElement u2 = _point.X * _point.Y;
        FieldRoots.SqrtRatio(FieldElement.One, u1 * u2.Square(), out FieldElement root);
        FieldElement den1 = root * u1;
        FieldElement den2 = root * u2;
        FieldElement zInverse = den1 * den2 * _point.T;
        ulong rotate = (_point.T * zInverse).NegativeMask();
        FieldElement x = FieldElement.Select(rotate, _point.Y * FieldRoots.SqrtMinusOne, _point.X);
        FieldElement y = FieldElement.Select(rotate, _point.X * FieldRoots.SqrtMinusOne, _point.Y);
        FieldElement denInverse = FieldElement.Select(rotate, den1 * FieldRoots.InverseSqrtAMinusD, den2);
        y = y.NegateIf((x * zInverse).NegativeMask());
        (denInverse * (_point.Z - y)).Absolute().ToBytes(destination);
    }

    /// <summary>The encoding in a new array of 32 bytes.</summary>
    public byte[] ToArray()
    {
        byte[] encoding = new byte[Size];
        Encode(encoding);
        return encoding;
    }

    /// <inheritdoc/>
    public bool Equals(RistrettoPoint other) =>
        (FieldElement.EqualMask(_point.X * other._point.Y, _point.Y * other._point.X)
            | FieldElement.EqualMask(_point.Y * other._point.Y, _point.X * other._point.X)) != 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is RistrettoPoint other && Equals(other);

    /// <summary>A hash of the encoding; costs an encoding.</summary>
    public override int GetHashCode()
    {
        Span<byte> encoding = stackalloc byte[Size];
        Encode(encoding);
        return BitConverter.ToInt32(encoding);
    }

    // MAP of RFC 9496 section 4.3.4: Elligator 2 towards the curve's Jacobi quartic.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static EdwardsPoint Map(in FieldElement t)
    {
        FieldElement r = FieldRoots.SqrtMinusOne * t.Square();
        FieldElement u = (r + FieldElement.One) * FieldRoots.OneMinusDSquared;
        FieldElement minusOne = -FieldElement.One;
        FieldElement v = (minusOne - (r * FieldRoots.D)) * (r + FieldRoots.D);
        ulong wasSquare = FieldRoots.SqrtRatio(u, v, out FieldElement root);
        FieldElement s = FieldElement.Select(wasSquare, root, -(root * t).Absolute());
        FieldElement c = FieldElement.Select(wasSquare, minusOne, r);
        FieldElement n = (c * (r - FieldElement.One) * FieldRoots.DMinusOneSquared) - v;
        FieldElement ss = s.Square();
        FieldElement w0 = (s + s) * v;
        FieldElement w1 = n * FieldRoots.SqrtAdMinusOne;
        FieldElement w2 = FieldElement.One - ss;
        FieldElement w3 = FieldElement.One + ss;
        return new EdwardsPoint(w0 * w3, w2 * w1, w1 * w3, w0 * w2);
    }
}
