// Public permutations and draws: which rows test, which validate or are held out by a member, the folds, the batches of an epoch, the resamples of a test.
// What:        Fisher-Yates (Durstenfeld 1964) from the last element down; element i swaps with floor(w * (i + 1) / 2^64), where w is the
//              next 64-bit little-endian word of AES-256-CTR under key = SHA-256(ASCII(purpose) || 0x00 || seed || number), both 32-bit
//              big endian, counter block 0, 1, 2, ... (128-bit big endian). A draw takes floor(w * n / 2^64) for every element.
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
    public const string HeldOut = "vfl/v1/public/held-out";
    public const string Folds = "vfl/v1/public/folds";
    public const string Batches = "vfl/v1/public/batches";
    public const string Resamples = "vfl/v1/public/bootstrap";

    /// <summary>Permutes the elements in place.</summary>
    /// <param name="purpose">One of the constants above.</param>
    /// <param name="seed">The study's seed.</param>
    /// <param name="number">The epoch for batches; for a fold's validation rows the fold, from 1; for what a member holds out the member, from 0; otherwise 0.</param>
    /// <param name="elements">What is permuted.</param>
    public static void Shuffle(string purpose, int seed, int number, Span<int> elements)
    {
        byte[] words = Words(purpose, seed, number, elements.Length);
        for (int i = elements.Length - 1, next = 0; i > 0; i--, next += sizeof(ulong))
        {
            int j = Below(i + 1, words.AsSpan(next));
            (elements[i], elements[j]) = (elements[j], elements[i]);
        }
    }

    /// <summary>Draws with replacement: each element becomes a number from 0 to their count - 1.</summary>
    /// <param name="purpose">One of the constants above.</param>
    /// <param name="seed">The study's seed.</param>
    /// <param name="number">The number of the draw.</param>
    /// <param name="elements">What is filled.</param>
    public static void Draw(string purpose, int seed, int number, Span<int> elements)
    {
        byte[] words = Words(purpose, seed, number, elements.Length);
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = Below(elements.Length, words.AsSpan(i * sizeof(ulong)));
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

    private static int Below(int bound, ReadOnlySpan<byte> word) =>
        (int)Math.BigMul(BinaryPrimitives.ReadUInt64LittleEndian(word), (ulong)bound, out _);

    private static byte[] Words(string purpose, int seed, int number, int count)
    {
        var material = new byte[purpose.Length + 1 + (2 * sizeof(int))];
        Encoding.ASCII.GetBytes(purpose, material);
        BinaryPrimitives.WriteInt32BigEndian(material.AsSpan(purpose.Length + 1), seed);
        BinaryPrimitives.WriteInt32BigEndian(material.AsSpan(purpose.Length + 1 + sizeof(int)), number);
        using var stream = new AesCtr(SHA256.HashData(material));
        var words = new byte[count * sizeof(ulong)];
        stream.Fill(0, 0, words);
        return words;
    }
}
