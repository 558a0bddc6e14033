using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Training.Models;

/// <summary>
/// The random numbers of one dropout layer: a function of (seed, layer, step, place), without state that could differ after a resume.
/// Element i of a step
/// takes the little-endian 16-bit word i of the AES-256-CTR keystream with prefix = step, and falls away when it is below the threshold.
/// </summary>
internal sealed unsafe class DropoutMask : IDisposable
{
    /// <summary>What an element falls away with is rounded to a multiple of 1 / this.</summary>
    public const int Resolution = 1 << 16;

    private const string KeyLabel = $"{KeyLabels.Prefix}dropout";
    private const int ChunkWords = 4096;
    private const int WordsPerBlock = AesCtr.BlockSize / sizeof(ushort);
    private readonly AesCtr stream;
    private readonly ushort[] words = new ushort[ChunkWords];
    private readonly int threshold;
    private readonly float kept;

    public DropoutMask(ReadOnlySpan<byte> seed, string layer, double rate)
    {
        threshold = Math.Min((int)Math.Round(rate * Resolution), Resolution - 1);
        kept = (float)((double)Resolution / (Resolution - threshold));
        Span<byte> key = stackalloc byte[AesCtr.KeySize];
        KeyDerivation.Derive(seed, [], KeyLabel, key, Encoding.UTF8.GetBytes(layer));
        stream = new AesCtr(key);
        CryptographicOperations.ZeroMemory(key);
    }

    /// <summary>Fills with 0 where an element falls away and 1 / (1 - rate) where it stays.</summary>
    /// <param name="mask">Where to.</param>
    /// <param name="count">How many elements.</param>
    /// <param name="step">The step.</param>
    /// <param name="first">The first element's place in the batch; a multiple of 8, so that a block of the keystream begins there.</param>
    public void Fill(float* mask, int count, long step, int first = 0)
    {
        if (first % WordsPerBlock != 0)
        {
            throw new ArgumentException($"Element {first} does not begin a block; use a multiple of {WordsPerBlock}.", nameof(first));
        }

        for (int start = 0; start < count; start += ChunkWords)
        {
            int length = Math.Min(ChunkWords, count - start);
            Span<byte> bytes = MemoryMarshal.AsBytes(words.AsSpan(0, length));
            stream.Fill((ulong)step, (ulong)((first + start) / WordsPerBlock), bytes);
            if (!BitConverter.IsLittleEndian)
            {
                BinaryPrimitives.ReverseEndianness(words.AsSpan(0, length), words);
            }

            Select(mask + start, length);
        }
    }

    public void Dispose() => stream.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Select(float* mask, int count)
    {
        Vector256<int> limit = Vector256.Create(threshold);
        Vector256<int> scale = Vector256.Create(kept).AsInt32();
        int i = 0;
        fixed (ushort* word = words)
        {
            for (; i <= count - Vector256<ushort>.Count; i += Vector256<ushort>.Count)
            {
                (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Load(word + i));
                Vector256.AndNot(scale, Vector256.LessThan(low.AsInt32(), limit)).AsSingle().Store(mask + i);
                Vector256.AndNot(scale, Vector256.LessThan(high.AsInt32(), limit)).AsSingle().Store(mask + i + Vector256<uint>.Count);
            }

            for (; i < count; i++)
            {
                mask[i] = word[i] < threshold ? 0 : kept;
            }
        }
    }
}
