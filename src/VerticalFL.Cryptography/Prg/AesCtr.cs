// AES-256 in counter mode as a keystream.
//
// Reference: FIPS 197; NIST SP 800-38A section 6.5. Block i of a stream is AES(key, prefix as 8 bytes big-endian | first + i as 8 bytes
// big-endian). The caller never uses a (prefix, counter) twice under one key; prefixes hold its own fields (purpose, step, microbatch).
// Adversary: pseudorandom by the PRP/PRF switching lemma up to 2^64 blocks per key; constant time where AES instructions exist, and as
// constant as the platform's AES elsewhere.
using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Prg.Backends;

namespace VerticalFL.Cryptography.Prg;

/// <summary>An AES-256-CTR keystream with an 8-byte prefix chosen by the caller and a 64-bit block counter.</summary>
/// <remarks>Not safe for concurrent use. Disposal zeroes the key schedule.</remarks>
public sealed class AesCtr : IDisposable
{
    /// <summary>Bytes of the key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of a block.</summary>
    public const int BlockSize = 16;

    private readonly IAesCtrBackend _backend;

    private bool _disposed;

    /// <summary>Expands a key.</summary>
    /// <param name="key">32 bytes.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public AesCtr(ReadOnlySpan<byte> key)
        : this(key, X86AesCtr.IsSupported)
    {
    }

    internal AesCtr(ReadOnlySpan<byte> key, bool useInstructions)
    {
        if (key.Length != KeySize)
        {
            throw new ArgumentException($"The key has {KeySize} bytes, not {key.Length}.", nameof(key));
        }

        _backend = useInstructions ? new X86AesCtr(key) : new PortableAesCtr(key);
    }

    /// <summary>Writes keystream from a block on; a last partial block is cut.</summary>
    /// <param name="prefix">The first eight bytes of every counter block, big-endian.</param>
    /// <param name="firstBlock">The counter of the first block.</param>
    /// <param name="destination">Any length.</param>
    /// <exception cref="ArgumentOutOfRangeException">The counter would pass 2^64 - 1.</exception>
    /// <exception cref="ObjectDisposedException">The object is disposed.</exception>
    public void Fill(ulong prefix, ulong firstBlock, Span<byte> destination)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (destination.IsEmpty)
        {
            return;
        }

        int whole = destination.Length / BlockSize;
        int rest = destination.Length % BlockSize;
        ulong last = (ulong)whole + (rest > 0 ? 1UL : 0) - 1;
        if (firstBlock > ulong.MaxValue - last)
        {
            throw new ArgumentOutOfRangeException(nameof(firstBlock), firstBlock, "The counter would wrap; use another prefix or key.");
        }

        _backend.FillBlocks(prefix, firstBlock, destination[..(whole * BlockSize)]);
        if (rest > 0)
        {
            Span<byte> block = stackalloc byte[BlockSize];
            _backend.FillBlocks(prefix, firstBlock + (ulong)whole, block);
            block[..rest].CopyTo(destination[(whole * BlockSize)..]);
            CryptographicOperations.ZeroMemory(block);
        }
    }

    /// <summary>Zeroes the key schedule.</summary>
    public void Dispose()
    {
        _disposed = true;
        _backend.Dispose();
    }

    internal static void WriteCounter(Span<byte> block, ulong prefix, ulong counter)
    {
        BinaryPrimitives.WriteUInt64BigEndian(block, prefix);
        BinaryPrimitives.WriteUInt64BigEndian(block[8..], counter);
    }
}
