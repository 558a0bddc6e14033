namespace VerticalFL.Cryptography.Hashing.Backends;

/// <summary>The compression function of SHA-256 on several messages side by side.</summary>
internal interface ISha256Backend
{
    /// <summary>Messages side by side.</summary>
    int Lanes { get; }

    /// <summary>Compresses one block of each message.</summary>
    /// <param name="state">8 words of each message, word by word: word w of message l at w * Lanes + l.</param>
    /// <param name="block">16 words of each message, in the same layout; destroyed.</param>
    void Compress(Span<uint> state, Span<uint> block);
}
