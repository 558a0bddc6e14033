using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Ristretto255.Backends;

/// <summary>One element after the other, with the arithmetic of <see cref="RistrettoPoint"/>.</summary>
internal sealed class PortablePoints : IPointBackend
{
    public void MultiplyDerived(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<byte> uniform, Span<byte> doubled)
    {
        Span<RistrettoPoint> points = stackalloc RistrettoPoint[IPointBackend.MaxBatch];
        points = points[..(doubled.Length / RistrettoPoint.Size)];
        for (int i = 0; i < points.Length; i++)
        {
            ReadOnlySpan<byte> bytes = uniform.Slice(i * RistrettoPoint.UniformSize, RistrettoPoint.UniformSize);
            points[i] = scalars[scalars.Length == 1 ? 0 : i] * RistrettoPoint.FromUniformBytes(bytes);
        }

        PointBatch.EncodeDoubled(points, doubled);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(points));
    }

    public bool TryMultiplyEncoded(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<byte> encodings, Span<byte> doubled)
    {
        Span<RistrettoPoint> points = stackalloc RistrettoPoint[IPointBackend.MaxBatch];
        points = points[..(doubled.Length / RistrettoPoint.Size)];
        for (int i = 0; i < points.Length; i++)
        {
            ReadOnlySpan<byte> encoding = encodings.Slice(i * RistrettoPoint.Size, RistrettoPoint.Size);
            if (!RistrettoPoint.TryDecode(encoding, out RistrettoPoint point) || point.IsIdentity)
            {
                return false;
            }

            points[i] = scalars[scalars.Length == 1 ? 0 : i] * point;
        }

        PointBatch.EncodeDoubled(points, doubled);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(points));
        return true;
    }
}
