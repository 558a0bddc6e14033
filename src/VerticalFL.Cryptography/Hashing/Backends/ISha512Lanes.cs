namespace VerticalFL.Cryptography.Hashing.Backends;

/// <summary>A register of 64-bit words, one of each message that is hashed side by side.</summary>
/// <typeparam name="T">The register.</typeparam>
internal interface ISha512Lanes<T>
    where T : struct
{
    /// <summary>Messages side by side, at most 8.</summary>
    static abstract int Lanes { get; }

    static abstract T Load(ref ulong source, nint offset);

    static abstract void Store(T value, ref ulong destination, nint offset);

    static abstract T Create(ulong value);

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
