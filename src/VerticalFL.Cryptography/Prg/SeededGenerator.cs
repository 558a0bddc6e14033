// A deterministic stream of numbers from a seed and a label.
//
// key = HKDF-SHA256(seed, no salt, label "vfl/v1/generator", input: the stream's label in UTF-8); stream = AES-256-CTR under it, prefix 0,
// from block 0. Numbers are read off the stream little-endian, so every platform gets the same ones.
// Reference: Lemire, "Fast random integer generation in an interval" (2019); Knuth TAOCP 2, algorithm P, for shuffles.
// Adversary: as secret as its seed. Under the study's public seed it must never make a secret.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Cryptography.Keys;

namespace VerticalFL.Cryptography.Prg;

/// <summary>Numbers that depend on a 32-byte seed and a label only: batch order, weight initialisation, dropout.</summary>
/// <remarks>Not safe for concurrent use. Different labels give independent streams.</remarks>
public sealed class SeededGenerator : IDisposable
{
    /// <summary>Bytes of the seed.</summary>
    public const int SeedSize = 32;

    private const int BufferBytes = 1024;

    private readonly AesCtr _stream;
    private readonly byte[] _buffer = GC.AllocateUninitializedArray<byte>(BufferBytes, pinned: true);

    private ulong _nextBlock;
    private int _used = BufferBytes;

    /// <summary>Starts the stream of a seed and a label.</summary>
    /// <param name="seed">32 bytes.</param>
    /// <param name="label">What the numbers are for, such as "batches/epoch-3"; not empty.</param>
    /// <exception cref="ArgumentException">The seed has another length or the label is empty.</exception>
    public SeededGenerator(ReadOnlySpan<byte> seed, string label)
    {
        ArgumentException.ThrowIfNullOrEmpty(label);
        if (seed.Length != SeedSize)
        {
            throw new ArgumentException($"The seed has {SeedSize} bytes, not {seed.Length}.", nameof(seed));
        }

        Span<byte> key = stackalloc byte[AesCtr.KeySize];
        KeyDerivation.Derive(seed, [], KeyLabels.Generator, key, Encoding.UTF8.GetBytes(label));
        _stream = new AesCtr(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>The next four bytes as an integer.</summary>
    public uint NextUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint)));

    /// <summary>The next eight bytes as an integer.</summary>
    public ulong NextUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(sizeof(ulong)));

    /// <summary>A uniform integer in [0, bound), without bias; may read several values of the stream.</summary>
    /// <param name="bound">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        ulong product = (ulong)NextUInt32() * (uint)bound;
        if ((uint)product < (uint)bound)
        {
            // 2^32 mod bound values of the low half would come up once too often.
            uint threshold = (0u - (uint)bound) % (uint)bound;
            while ((uint)product < threshold)
            {
                product = (ulong)NextUInt32() * (uint)bound;
            }
        }

        return (int)(product >> 32);
    }

    /// <summary>A multiple of 2^-24, uniform in [0, 1): the high 24 bits of <see cref="NextUInt32"/>.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / (1 << 24));

    /// <summary>A multiple of 2^-53, uniform in [0, 1): the high 53 bits of <see cref="NextUInt64"/>.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Shuffles uniformly: for i from the last index down to 1, swaps entries i and <see cref="NextInt32"/>(i + 1).</summary>
    public void Permute(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>Zeroes the key and the buffered stream.</summary>
    public void Dispose()
    {
        _stream.Dispose();
        CryptographicOperations.ZeroMemory(_buffer);
        _used = BufferBytes;
    }

    // Values are never split: an eight-byte value that meets the last four bytes of the buffer skips them.
    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (BufferBytes - _used < bytes)
        {
            _stream.Fill(0, _nextBlock, _buffer);
            _nextBlock += BufferBytes / AesCtr.BlockSize;
            _used = 0;
        }

        ReadOnlySpan<byte> taken = _buffer.AsSpan(_used, bytes);
        _used += bytes;
        return taken;
    }
}
