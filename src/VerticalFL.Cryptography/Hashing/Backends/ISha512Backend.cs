namespace VerticalFL.Cryptography.Hashing.Backends;

/// <summary>SHA-512 of several messages side by side. Every backend gives the same bytes.</summary>
internal interface ISha512Backend
{
    /// <summary>Hashes messages of one length.</summary>
    /// <param name="messages">The messages, one after the other.</param>
    /// <param name="length">The length of each, at least 1 byte.</param>
    /// <param name="hashes">Receives 64 bytes for each.</param>
    void HashAll(ReadOnlySpan<byte> messages, int length, Span<byte> hashes);
}
