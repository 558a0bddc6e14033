// Public permutations: which rows test, which validate, and the batches of an epoch.
// What:        Fisher-Yates (Durstenfeld 1964) from the last element down; element i swaps with floor(w * (i + 1) / 2^64), where w is the
//              next 64-bit little-endian word of AES-256-CTR under key = SHA-256(ASCII(purpose) || 0x00 || seed || number), both 32-bit
//              big endian, counter block 0, 1, 2, ... (128-bit big endian).
// Reference:   protocols/training/README.md, section 4.
// Adversary:   none: the seed is public and every party knows every permutation. Nothing secret may be derived here.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Training.Split;

/// <summary>Permutations that every party derives alike from the study's public seed.</summary>
internal static class PublicOrder
{
    public const string Test = "vfl/v1/public/test";
    public const string Validation = "vfl/v1/public/validation";
    public const string Batches = "vfl/v1/public/batches";

    /// <summary>Permutes the elements in place.</summary>
    /// <param name="purpose">One of the constants above.</param>
    /// <param name="seed">The study's seed.</param>
    /// <param name="number">The epoch for batches; otherwise 0.</param>
    /// <param name="elements">What is permuted.</param>
    public static void Shuffle(string purpose, int seed, int number, Span<int> elements)
    {
        var material = new byte[purpose.Length + 1 + (2 * sizeof(int))];
        Encoding.ASCII.GetBytes(purpose, material);
        BinaryPrimitives.WriteInt32BigEndian(material.AsSpan(purpose.Length + 1), seed);
        BinaryPrimitives.WriteInt32BigEndian(material.AsSpan(purpose.Length + 1 + sizeof(int)), number);
        using var stream = new AesCtr(SHA256.HashData(material));
        var words = new byte[elements.Length * sizeof(ulong)];
        stream.Fill(0, 0, words);
        for (int i = elements.Length - 1, next = 0; i > 0; i--, next += sizeof(ulong))
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(words.AsSpan(next));
            int j = (int)Math.BigMul(word, (ulong)i + 1, out _);
            (elements[i], elements[j]) = (elements[j], elements[i]);
        }
    }

    /// <summary>
    /// The batches of one epoch: the permuted rows cut into the fewest pieces of at most so many rows, whose sizes differ by one at most
    /// (a tiny last batch would weigh as much as a full one).
    /// </summary>
    public static IReadOnlyList<ReadOnlyMemory<int>> EpochBatches(int seed, int epoch, ReadOnlySpan<int> trainingRows, int batch)
    {
        int[] rows = trainingRows.ToArray();
        Shuffle(Batches, seed, epoch, rows);
        int count = (rows.Length + batch - 1) / batch;
        var batches = new ReadOnlyMemory<int>[count];
        for (int b = 0; b < count; b++)
        {
            int start = (int)((long)rows.Length * b / count);
            int end = (int)((long)rows.Length * (b + 1) / count);
            batches[b] = rows.AsMemory(start, end - start);
        }

        return batches;
    }
}
