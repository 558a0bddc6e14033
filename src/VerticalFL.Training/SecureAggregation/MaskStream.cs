using System.Buffers.Binary;
using System.Security.Cryptography;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>
/// The mask words of one pair: AES-256 in counter mode (NIST SP 800-38A, section 6.5). The counter block is, big endian, purpose (8 bits),
/// step (40), microbatch (16), block number (64); the key stream is read as 32-bit little-endian words.
/// </summary>
internal sealed class MaskStream : IDisposable
{
    private const int BlockSize = 16;
    private readonly Aes _aes;
    private byte[] _counters = [];

    public MaskStream(ReadOnlySpan<byte> key)
    {
        _aes = Aes.Create();
        _aes.SetKey(key);
    }

    /// <summary>The first words of the stream that the prefix names.</summary>
    public void Fill(ulong prefix, Span<byte> destination)
    {
        int blocks = (destination.Length + BlockSize - 1) / BlockSize;
        if (_counters.Length < blocks * BlockSize)
        {
            _counters = new byte[blocks * BlockSize];
        }

        Span<byte> counters = _counters.AsSpan(0, blocks * BlockSize);
        for (int b = 0; b < blocks; b++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(counters[(b * BlockSize)..], prefix);
            BinaryPrimitives.WriteUInt64BigEndian(counters[((b * BlockSize) + 8)..], (ulong)b);
        }

        _aes.EncryptEcb(counters, counters, PaddingMode.None);
        counters[..destination.Length].CopyTo(destination);
        CryptographicOperations.ZeroMemory(counters);
    }

    public void Dispose() => _aes.Dispose();
}
