using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VerticalFL.Training.Engines;

/// <summary>
/// Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011): a block of 128 bits for every 128-bit counter,
/// so that weights and dropout need no state that could differ after a resume. The key is the first eight bytes of
/// HMAC-SHA256(party seed, purpose). Not a secret's generator: masks and noise never come from here.
/// </summary>
internal readonly struct CounterGenerator
{
    private const uint Multiplier0 = 0xD2511F53;
    private const uint Multiplier1 = 0xCD9E8D57;
    private const uint Weyl0 = 0x9E3779B9;
    private const uint Weyl1 = 0xBB67AE85;
    private const int Rounds = 10;

    private readonly uint key0;
    private readonly uint key1;

    /// <summary>Length of a party's seed in bytes.</summary>
    public const int SeedLength = 32;

    /// <summary>The generator of one purpose.</summary>
    public CounterGenerator(ReadOnlySpan<byte> seed, string purpose)
    {
        if (seed.Length != SeedLength)
        {
            throw new ArgumentException($"A party's seed has {SeedLength} bytes, not {seed.Length}.", nameof(seed));
        }

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(seed, Encoding.UTF8.GetBytes(purpose), digest);
        key0 = BinaryPrimitives.ReadUInt32LittleEndian(digest);
        key1 = BinaryPrimitives.ReadUInt32LittleEndian(digest[4..]);
        CryptographicOperations.ZeroMemory(digest);
    }

    /// <summary>The generator of a key, for the published vectors.</summary>
    internal CounterGenerator(uint key0, uint key1)
    {
        this.key0 = key0;
        this.key1 = key1;
    }

    /// <summary>The block of a counter.</summary>
    public (uint A, uint B, uint C, uint D) Block(uint c0, uint c1, uint c2, uint c3)
    {
        uint k0 = key0;
        uint k1 = key1;
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)Multiplier0 * c0;
            ulong p1 = (ulong)Multiplier1 * c2;
            uint n0 = (uint)(p1 >> 32) ^ c1 ^ k0;
            uint n2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c1 = (uint)p1;
            c3 = (uint)p0;
            c0 = n0;
            c2 = n2;
            k0 += Weyl0;
            k1 += Weyl1;
        }

        return (c0, c1, c2, c3);
    }

    /// <summary>Fills with numbers uniform in [-bound, bound), 24 random bits each: four to a block, counter = block number.</summary>
    public void FillUniform(Span<float> target, float bound)
    {
        for (int i = 0; i < target.Length; i += 4)
        {
            (uint a, uint b, uint c, uint d) = Block((uint)(i / 4), 0, 0, 0);
            ReadOnlySpan<uint> block = [a, b, c, d];
            for (int j = 0; j < 4 && i + j < target.Length; j++)
            {
                target[i + j] = MathF.FusedMultiplyAdd((block[j] >> 8) * (1f / (1 << 24)), 2 * bound, -bound);
            }
        }
    }

    /// <summary>
    /// Fills a dropout mask: element i takes the 16-bit word i mod 8 of block i / 8 of the step (counter: block number, 0, step low, step high) and
    /// becomes 0 when the word is below the threshold, else <paramref name="kept"/>.
    /// </summary>
    public void FillDropout(Span<float> mask, long step, int threshold, float kept)
    {
        uint low = (uint)step;
        uint high = (uint)(step >> 32);
        int i = 0;
        uint block = 0;
        for (; i <= mask.Length - 8; i += 8, block++)
        {
            (uint a, uint b, uint c, uint d) = Block(block, 0, low, high);
            Span<float> m = mask.Slice(i, 8);
            m[0] = (a & 0xFFFF) < (uint)threshold ? 0 : kept;
            m[1] = (a >> 16) < (uint)threshold ? 0 : kept;
            m[2] = (b & 0xFFFF) < (uint)threshold ? 0 : kept;
            m[3] = (b >> 16) < (uint)threshold ? 0 : kept;
            m[4] = (c & 0xFFFF) < (uint)threshold ? 0 : kept;
            m[5] = (c >> 16) < (uint)threshold ? 0 : kept;
            m[6] = (d & 0xFFFF) < (uint)threshold ? 0 : kept;
            m[7] = (d >> 16) < (uint)threshold ? 0 : kept;
        }

        if (i < mask.Length)
        {
            (uint a, uint b, uint c, uint d) = Block(block, 0, low, high);
            ReadOnlySpan<uint> words = [a, b, c, d];
            for (int j = 0; i + j < mask.Length; j++)
            {
                mask[i + j] = ((words[j / 2] >> (16 * (j % 2))) & 0xFFFF) < (uint)threshold ? 0 : kept;
            }
        }
    }
}
