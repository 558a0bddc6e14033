namespace VerticalFL.Cryptography.Hashing.Backends;

/// <summary>A register of 32-bit words, one of each message that is hashed side by side.</summary>
/// <typeparam name="T">The register.</typeparam>
internal interface ISha256Lanes<T>
    where T : struct
{
    /// <summary>Messages side by side.</summary>
    static abstract int Lanes { get; }

    /// <summary>
    /// Transposes rows of 16 big-endian words, one of each message: word w of row l goes to w * Lanes + l. Returns false when these lanes
    /// have no instructions for it.
    /// </summary>
    static virtual bool TryEnter(ref byte rows, ref uint block) => false;

    /// <summary>The reverse for four words of each message: numbers with the first word leading. Returns false in the same way.</summary>
    static virtual bool TryLeave(ref uint words, ref UInt128 halves) => false;

    static abstract T Load(ref uint source, nint offset);

    static abstract void Store(T value, ref uint destination, nint offset);

    static abstract T Create(uint value);

    static abstract T Add(T a, T b);

    /// <summary>FIPS 180-4, Sigma 0.</summary>
    static abstract T BigSigma0(T x);

    /// <summary>FIPS 180-4, Sigma 1.</summary>
    static abstract T BigSigma1(T x);

    /// <summary>FIPS 180-4, sigma 0.</summary>
    static abstract T SmallSigma0(T x);

    /// <summary>FIPS 180-4, sigma 1.</summary>
    static abstract T SmallSigma1(T x);

    /// <summary>FIPS 180-4, Ch.</summary>
    static abstract T Choose(T x, T y, T z);

    /// <summary>FIPS 180-4, Maj.</summary>
    static abstract T Majority(T x, T y, T z);
}
