namespace VerticalFL.Cryptography.Fields.Backends;

/// <summary>Products in GF(2^128); the only place that knows the processor. Callers have checked that lengths are equal.</summary>
internal interface IGf128Backend
{
    /// <summary>product[i] = a[i] * b[i]; in place is allowed.</summary>
    void Multiply(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b, Span<Gf128> product);

    /// <summary>sum[i] ^= a[i] * scalar.</summary>
    void MultiplyAdd(ReadOnlySpan<Gf128> a, Gf128 scalar, Span<Gf128> sum);

    /// <summary>The sum of a[i] * b[i].</summary>
    Gf128 InnerProduct(ReadOnlySpan<Gf128> a, ReadOnlySpan<Gf128> b);
}
