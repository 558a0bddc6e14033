namespace VerticalFL.Cryptography.Ristretto255.Backends;

/// <summary>
/// Products of many scalars and elements; what knows the processor lies behind it. Every backend gives the same bytes. The caller has
/// checked the lengths; a batch has at most <see cref="MaxBatch"/> elements.
/// </summary>
internal interface IPointBackend
{
    const int MaxBatch = 64;

    /// <summary>Writes the encoding of 2 * scalar * FromUniformBytes(uniform) for each element, constant time in both.</summary>
    /// <param name="scalars">n scalars, or one for all.</param>
    /// <param name="uniform">n * 64 bytes.</param>
    /// <param name="doubled">n * 32 bytes.</param>
    void MultiplyDerived(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<byte> uniform, Span<byte> doubled);

    /// <summary>Writes the encoding of 2 * scalar * element for each encoded element, constant time in the scalars.</summary>
    /// <param name="scalars">n scalars, or one for all.</param>
    /// <param name="encodings">n * 32 bytes.</param>
    /// <param name="doubled">n * 32 bytes, of no meaning after a refusal.</param>
    /// <returns>False if any encoding is not canonical, not of an element, or the identity's.</returns>
    bool TryMultiplyEncoded(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<byte> encodings, Span<byte> doubled);
}
