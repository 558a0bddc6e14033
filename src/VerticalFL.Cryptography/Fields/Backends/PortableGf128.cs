// GF(2^128) with 64-bit integer products only.
// Reference: Pornin, "BearSSL: constant-time GHASH" (ctmul64): with ones at every fourth place, a column of the integer product sums at most
// 16 ones; only the column of 16 carries into the next place that a mask keeps, and it lies above bit 63.
// Adversary: constant time where the integer multiplication is.
namespace VerticalFL.Cryptography.Fields.Backends;

internal sealed class PortableGf128 : IGf128Backend
{
    public static Gf128 Multiply(Gf128 a, Gf128 b)
    {
        var wide = default(Wide);
        wide.Add(a, b);
        return wide.Reduce();
    }

    public void Multiply(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b, Span<Gf128> product)
    {
        for (int i = 0; i < a.Length; i++)
        {
            product[i] = Multiply(a[i], b[i]);
        }
    }

    public void MultiplyAdd(ReadOnlySpan<Gf128> a, Gf128 scalar, Span<Gf128> sum)
    {
        for (int i = 0; i < a.Length; i++)
        {
            sum[i] ^= Multiply(a[i], scalar);
        }
    }

    public Gf128 InnerProduct(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b)
    {
        var wide = default(Wide);
        for (int i = 0; i < a.Length; i++)
        {
            wide.Add(a[i], b[i]);
        }

        return wide.Reduce();
    }

    // The low 64 bits of the carry-less product.
    private static ulong Low(ulong x, ulong y)
    {
        const ulong m0 = 0x1111111111111111, m1 = m0 << 1, m2 = m0 << 2, m3 = m0 << 3;
        ulong x0 = x & m0, x1 = x & m1, x2 = x & m2, x3 = x & m3;
        ulong y0 = y & m0, y1 = y & m1, y2 = y & m2, y3 = y & m3;
        ulong z0 = (x0 * y0) ^ (x1 * y3) ^ (x2 * y2) ^ (x3 * y1);
        ulong z1 = (x0 * y1) ^ (x1 * y0) ^ (x2 * y3) ^ (x3 * y2);
        ulong z2 = (x0 * y2) ^ (x1 * y1) ^ (x2 * y0) ^ (x3 * y3);
        ulong z3 = (x0 * y3) ^ (x1 * y2) ^ (x2 * y1) ^ (x3 * y0);
        return (z0 & m0) | (z1 & m1) | (z2 & m2) | (z3 & m3);
    }

    private static ulong Reverse(ulong x)
    {
        x = ((x & 0x5555555555555555) << 1) | ((x >> 1) & 0x5555555555555555);
        x = ((x & 0x3333333333333333) << 2) | ((x >> 2) & 0x3333333333333333);
        x = ((x & 0x0f0f0f0f0f0f0f0f) << 4) | ((x >> 4) & 0x0f0f0f0f0f0f0f0f);
        return System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(x);
    }

    /// <summary>A sum of unreduced products, 256 bits.</summary>
    private struct Wide
    {
        private ulong _w0;
        private ulong _w1;
        private ulong _w2;
        private ulong _w3;

        // Karatsuba; the high half of a 127-bit product is the low half of the product of the reversed factors, reversed.
        public void Add(Gf128 a, Gf128 b)
        {
            (ulong l0, ulong l1) = Product(a.Low, b.Low);
            (ulong h0, ulong h1) = Product(a.High, b.High);
            (ulong m0, ulong m1) = Product(a.Low ^ a.High, b.Low ^ b.High);
            _w0 ^= l0;
            _w1 ^= l1 ^ m0 ^ l0 ^ h0;
            _w2 ^= h0 ^ m1 ^ l1 ^ h1;
            _w3 ^= h1;
        }

        public readonly Gf128 Reduce()
        {
            // x^128 = x^7 + x^2 + x + 1: w3 folds onto w1 and, by at most 7 bits, onto w2; then w2 likewise onto w0 and w1.
            ulong w2 = _w2 ^ (_w3 >> 63) ^ (_w3 >> 62) ^ (_w3 >> 57);
            ulong w1 = _w1 ^ _w3 ^ (_w3 << 1) ^ (_w3 << 2) ^ (_w3 << 7) ^ (w2 >> 63) ^ (w2 >> 62) ^ (w2 >> 57);
            return new Gf128(_w0 ^ w2 ^ (w2 << 1) ^ (w2 << 2) ^ (w2 << 7), w1);
        }

        private static (ulong Low, ulong High) Product(ulong x, ulong y) => (Low(x, y), Reverse(Low(Reverse(x), Reverse(y))) >> 1);
    }
}
