namespace VerticalFL.Cryptography.Ristretto255.Backends;

/// <summary>
/// Elements of GF(2^255 - 19), one in each lane of a vector. Masks have bit i for lane i; lanes never influence one another.
/// </summary>
/// <remarks>
/// Limbs are signed. A value of n units has limbs of at most n times the tight bound that the implementation states; what is read,
/// broadcast or multiplied has one unit, sums and differences have the sum of the units. A left factor has at most 4 units, a right factor
/// or a square's base at most 3, and nothing more than 4. Constant time throughout.
/// </remarks>
internal interface ILaneField<T>
    where T : unmanaged, ILaneField<T>
{
    static abstract bool IsSupported { get; }

    /// <summary>At most 8.</summary>
    static abstract int Lanes { get; }

    static abstract T Broadcast(in FieldElement value);

    /// <summary>Lane i from the 32 little-endian bytes at i * stride; bit 255 is ignored and values from p on are accepted.</summary>
    static abstract T FromBytes(ReadOnlySpan<byte> bytes, int stride);

    /// <summary>Writes the canonical 32 bytes of each lane.</summary>
    void ToBytes(Span<byte> destination);

    static abstract T operator +(in T a, in T b);

    static abstract T operator -(in T a, in T b);

    static abstract T operator *(in T a, in T b);

    /// <summary>a b. The result may overwrite a factor, here and below.</summary>
    static abstract void Multiply(in T a, in T b, out T product);

    /// <summary>Two products with one right factor; the work on that factor is done once.</summary>
    static abstract void MultiplyBoth(in T a, in T c, in T b, out T ab, out T cb);

    /// <summary>a^(2^count), count at least 1.</summary>
    static abstract void SquareTimes(in T a, int count, out T power);

    /// <summary>This element^(2^count), count at least 1.</summary>
    T SquareTimes(int count);

    /// <summary>The lanes whose canonical value is odd ("negative" in RFC 9496).</summary>
    uint NegativeMask();

    /// <summary>The lanes that are zero modulo p.</summary>
    uint ZeroMask();

    /// <summary>The negation in the masked lanes.</summary>
    T NegateIf(uint mask);

    /// <summary><paramref name="a"/> in the masked lanes, <paramref name="b"/> in the others.</summary>
    static abstract T Select(uint mask, in T a, in T b);

    /// <summary>Four elements: in each lane those of the row whose mask has that lane. Every row is read.</summary>
    /// <param name="rows">Rows of four elements, one after the other.</param>
    /// <param name="masks">A mask for each row; each lane is in exactly one.</param>
    /// <param name="four">Receives the elements.</param>
    static abstract void ChooseFour(ReadOnlySpan<T> rows, ReadOnlySpan<uint> masks, Span<T> four);
}
