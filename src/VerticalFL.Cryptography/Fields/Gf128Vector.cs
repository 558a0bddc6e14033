using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using VerticalFL.Cryptography.Fields.Backends;

namespace VerticalFL.Cryptography.Fields;

/// <summary>Batched operations in GF(2^128) on the widest backend of this processor. Constant time in all elements.</summary>
internal static class Gf128Vector
{
    private static readonly IGf128Backend Backend = Supported()[^1];

    /// <summary>The backends that run here, the portable one first and the fastest last.</summary>
    public static IReadOnlyList<IGf128Backend> Supported()
    {
        List<IGf128Backend> backends = [new PortableGf128()];
        if (Pclmulqdq.IsSupported)
        {
            backends.Add(new Pclmul128());
        }

        if (Pclmulqdq.V256.IsSupported && Avx2.IsSupported)
        {
            backends.Add(new Pclmul256());
        }

        if (Pclmulqdq.V512.IsSupported && Avx512BW.IsSupported)
        {
            backends.Add(new Pclmul512());
        }

        return backends;
    }

    /// <summary>product[i] = a[i] * b[i]; the product may be a or b itself.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Multiply(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b, Span<Gf128> product)
    {
        RequireEqual(a.Length, b.Length);
        RequireEqual(a.Length, product.Length);
        Backend.Multiply(a, b, product);
    }

    /// <summary>sum[i] ^= a[i] * scalar.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void MultiplyAdd(ReadOnlySpan<Gf128> a, Gf128 scalar, Span<Gf128> sum)
    {
        RequireEqual(a.Length, sum.Length);
        Backend.MultiplyAdd(a, scalar, sum);
    }

    /// <summary>sum[i] ^= a[i].</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void Add(ReadOnlySpan<Gf128> a, Span<Gf128> sum)
    {
        RequireEqual(a.Length, sum.Length);
        ReadOnlySpan<Vector<ulong>> wide = MemoryMarshal.Cast<Gf128, Vector<ulong>>(a);
        Span<Vector<ulong>> sums = MemoryMarshal.Cast<Gf128, Vector<ulong>>(sum);
        for (int i = 0; i < wide.Length; i++)
        {
            sums[i] ^= wide[i];
        }

        for (int i = wide.Length * (Vector<ulong>.Count / 2); i < a.Length; i++)
        {
            sum[i] ^= a[i];
        }
    }

    /// <summary>The sum over i of a[i] * b[i], reduced once at the end.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static Gf128 InnerProduct(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b)
    {
        RequireEqual(a.Length, b.Length);
        return Backend.InnerProduct(a, b);
    }

    private static void RequireEqual(int expected, int actual)
    {
        if (expected != actual)
        {
            throw new ArgumentException($"Vectors of {expected} and {actual} elements do not fit each other; pass equal lengths.");
        }
    }
}
