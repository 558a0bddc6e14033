using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VerticalFL.Alignment.Star;

/// <summary>
/// Sorts numbers that are uniformly random, as hashes are: into buckets by their leading bits, twice, so that each pass stays in a
/// processor's cache, and by insertion within the last ones. Other numbers are sorted as well, only slower.
/// </summary>
internal static class UniformSort
{
    private const int PassBits = 10;
    private const int SmallEnough = 24;

    // All passes read the upper half of a number: 20 bits at most.
    private static readonly int High = BitConverter.IsLittleEndian ? 1 : 0;

    /// <summary>Sorts the keys ascending, and the places with them.</summary>
    public static void Sort(Span<UInt128> keys, Span<int> places)
    {
        if (keys.Length <= SmallEnough)
        {
            Insert(keys, places);
            return;
        }

        // Two bits fewer than the keys have: four to seven in each bucket.
        int bits = Math.Max(1, System.Numerics.BitOperations.Log2((uint)keys.Length) - 2);
        int first = Math.Min(bits, PassBits);
        var keysThen = new UInt128[keys.Length];
        int[] placesThen = new int[keys.Length];
        int[] ends = new int[1 << first];
        Scatter(keys, places, keysThen, placesThen, 128 - first, first, ends);
        int rest = Math.Min(bits - first, PassBits);
        int[] next = new int[1 << rest];
        for (int bucket = 0, start = 0; bucket < ends.Length; start = ends[bucket++])
        {
            Span<UInt128> from = keysThen.AsSpan(start..ends[bucket]), to = keys[start..ends[bucket]];
            Span<int> fromPlaces = placesThen.AsSpan(start..ends[bucket]), toPlaces = places[start..ends[bucket]];
            if (rest == 0)
            {
                from.CopyTo(to);
                fromPlaces.CopyTo(toPlaces);
                Finish(to, toPlaces);
                continue;
            }

            Scatter(from, fromPlaces, to, toPlaces, 128 - first - rest, rest, next);
            for (int part = 0, at = 0; part < 1 << rest; at = next[part++])
            {
                Finish(to[at..next[part]], toPlaces[at..next[part]]);
            }
        }

        System.Security.Cryptography.CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(keysThen.AsSpan()));
    }

    /// <summary>Leaves in <paramref name="next"/> where each bucket ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scatter(
        ReadOnlySpan<UInt128> keys, ReadOnlySpan<int> places, Span<UInt128> toKeys, Span<int> toPlaces, int shift, int bits, Span<int> next)
    {
        int mask = (1 << bits) - 1;
        next.Clear();
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<UInt128, ulong>(keys);
        for (int i = High; i < words.Length; i += 2)
        {
            next[(int)(words[i] >> (shift - 64)) & mask]++;
        }

        for (int bucket = 0, sum = 0; bucket < next.Length; bucket++)
        {
            (next[bucket], sum) = (sum, sum + next[bucket]);
        }

        for (int i = 0; i < keys.Length; i++)
        {
            int at = next[(int)(words[(2 * i) + High] >> (shift - 64)) & mask]++;
            toKeys[at] = keys[i];
            toPlaces[at] = places[i];
        }
    }

    private static void Finish(Span<UInt128> keys, Span<int> places)
    {
        if (keys.Length > SmallEnough * 4)
        {
            keys.Sort(places);
        }
        else
        {
            Insert(keys, places);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Insert(Span<UInt128> keys, Span<int> places)
    {
        for (int i = 1; i < keys.Length; i++)
        {
            UInt128 key = keys[i];
            if (keys[i - 1] <= key)
            {
                continue;
            }

            int place = places[i];
            int at = i;
            for (; at > 0 && keys[at - 1] > key; at--)
            {
                keys[at] = keys[at - 1];
                places[at] = places[at - 1];
            }

            keys[at] = key;
            places[at] = place;
        }
    }
}
