using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Ristretto255.Backends;

/// <summary>As many elements at once as the field has lanes; lanes beyond the batch's end compute on zeros and are dropped.</summary>
internal sealed class LanePoints<T> : IPointBackend
    where T : unmanaged, ILaneField<T>
{
    private static int MaxVectors => IPointBackend.MaxBatch / T.Lanes;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MultiplyDerived(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<byte> uniform, Span<byte> doubled)
    {
        int n = doubled.Length / RistrettoPoint.Size;
        Span<LaneDoubled<T>> products = stackalloc LaneDoubled<T>[MaxVectors];
        products = products[..((n + T.Lanes - 1) / T.Lanes)];
        Span<Scalar> factors = stackalloc Scalar[T.Lanes];
        Span<byte> bytes = stackalloc byte[T.Lanes * RistrettoPoint.UniformSize];
        for (int i = 0; i < products.Length; i++)
        {
            LoadScalars(scalars, i * T.Lanes, factors);
            Load(uniform, i, bytes);
            products[i] = new LaneDoubled<T>(LaneMultiplication<T>.Multiply(factors, LanePoint<T>.FromUniformBytes(bytes)));
        }

        Encode(products, doubled);
        CryptographicOperations.ZeroMemory(bytes);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(factors));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(products));
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryMultiplyEncoded(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<byte> encodings, Span<byte> doubled)
    {
        int n = doubled.Length / RistrettoPoint.Size;
        Span<LaneDoubled<T>> products = stackalloc LaneDoubled<T>[MaxVectors];
        products = products[..((n + T.Lanes - 1) / T.Lanes)];
        Span<Scalar> factors = stackalloc Scalar[T.Lanes];
        Span<byte> bytes = stackalloc byte[T.Lanes * RistrettoPoint.Size];
        bool valid = true;
        for (int i = 0; i < products.Length && valid; i++)
        {
            Load(encodings, i, bytes);
            uint wanted = (1u << Math.Min(T.Lanes, n - (i * T.Lanes))) - 1;
            valid = (LanePoint<T>.Decode(bytes, out LanePoint<T> point) & wanted) == wanted;
            if (valid)
            {
                LoadScalars(scalars, i * T.Lanes, factors);
                products[i] = new LaneDoubled<T>(LaneMultiplication<T>.Multiply(factors, point));
            }
        }

        if (valid)
        {
            Encode(products, doubled);
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(factors));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(products));
        return valid;
    }

    private static void LoadScalars(ReadOnlySpan<Scalar> scalars, int first, Span<Scalar> factors)
    {
        if (scalars.Length == 1)
        {
            factors.Fill(scalars[0]);
            return;
        }

        ReadOnlySpan<Scalar> present = scalars.Slice(first, Math.Min(factors.Length, scalars.Length - first));
        present.CopyTo(factors);
        factors[present.Length..].Clear();
    }

    private static void Load(ReadOnlySpan<byte> source, int vector, Span<byte> bytes)
    {
        ReadOnlySpan<byte> present = source[(vector * bytes.Length)..];
        present = present[..Math.Min(bytes.Length, present.Length)];
        present.CopyTo(bytes);
        bytes[present.Length..].Clear();
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Encode(ReadOnlySpan<LaneDoubled<T>> products, Span<byte> doubled)
    {
        Span<T> inverses = stackalloc T[MaxVectors];
        inverses = inverses[..products.Length];
        Span<T> scratch = stackalloc T[MaxVectors];
        for (int i = 0; i < products.Length; i++)
        {
            inverses[i] = products[i].Product;
        }

        LaneRoots<T>.InvertAll(inverses, scratch);
        Span<byte> bytes = stackalloc byte[T.Lanes * RistrettoPoint.Size];
        for (int i = 0; i < products.Length; i++)
        {
            products[i].Encode(inverses[i], bytes);
            Span<byte> target = doubled[(i * bytes.Length)..];
            bytes[..Math.Min(bytes.Length, target.Length)].CopyTo(target);
        }

        CryptographicOperations.ZeroMemory(bytes);
    }
}
