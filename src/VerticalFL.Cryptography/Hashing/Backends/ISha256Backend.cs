namespace VerticalFL.Cryptography.Hashing.Backends;

/// <summary>The compression function of SHA-256 on several messages side by side.</summary>
internal interface ISha256Backend
{
    /// <summary>Messages side by side.</summary>
    int Lanes { get; }

    /// <summary>Turns blocks as bytes, one message's after the other's, into the layout of <see cref="Compress"/>.</summary>
    /// <param name="rows">64 bytes of each message.</param>
    /// <param name="block">Receives the block.</param>
    void Enter(ReadOnlySpan<byte> rows, Span<uint> block);

    /// <summary>Compresses one block of each message.</summary>
    /// <param name="state">8 words of each message, word by word: word w of message l at w * Lanes + l.</param>
    /// <param name="block">16 words of each message, in the same layout; destroyed.</param>
    void Compress(Span<uint> state, Span<uint> block);

    /// <summary>Reads four words of the state of each message, the first of them leading, as numbers.</summary>
    /// <param name="state">The state.</param>
    /// <param name="firstWord">0 or 4.</param>
    /// <param name="halves">Receives a number for each message.</param>
    void Leave(ReadOnlySpan<uint> state, int firstWord, Span<UInt128> halves);
}
