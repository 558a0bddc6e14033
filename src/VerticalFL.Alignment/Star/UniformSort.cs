namespace VerticalFL.Alignment.Star;

/// <summary>
/// Sorts numbers that are uniformly random, as hashes are: into buckets by their leading bits, twice, so that each pass stays in a
/// processor's cache, and by insertion within the last ones. Other numbers are sorted as well, only slower.
/// </summary>
internal static class UniformSort
{
    private const int PassBits = 10;
    private const int SmallEnough = 24;

    /// <summary>Sorts the keys ascending, and the places with them.</summary>
    public static void Sort(Span<UInt128> keys, Span<int> places)
    {
        if (keys.Length <= SmallEnough)
        {
            Insert(keys, places);
            return;
        }

        // Four bits fewer than the keys have: some sixteen in each bucket.
        int bits = Math.Max(1, System.Numerics.BitOperations.Log2((uint)keys.Length) - 4);
        int first = Math.Min(bits, PassBits);
        var keysThen = new UInt128[keys.Length];
        int[] placesThen = new int[keys.Length];
        int[] ends = Scatter(keys, places, keysThen, placesThen, 128 - first, first);
        int rest = Math.Min(bits - first, PassBits);
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

            int[] inner = Scatter(from, fromPlaces, to, toPlaces, 128 - first - rest, rest);
            for (int part = 0, at = 0; part < inner.Length; at = inner[part++])
            {
                Finish(to[at..inner[part]], toPlaces[at..inner[part]]);
            }
        }

        System.Security.Cryptography.CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(keysThen.AsSpan()));
    }

    /// <returns>Where each bucket ends.</returns>
    private static int[] Scatter(
        ReadOnlySpan<UInt128> keys, ReadOnlySpan<int> places, Span<UInt128> toKeys, Span<int> toPlaces, int shift, int bits)
    {
        int mask = (1 << bits) - 1;
        int[] next = new int[1 << bits];
        foreach (UInt128 key in keys)
        {
            next[Bucket(key, shift, mask)]++;
        }

        for (int bucket = 0, sum = 0; bucket < next.Length; bucket++)
        {
            (next[bucket], sum) = (sum, sum + next[bucket]);
        }

        for (int i = 0; i < keys.Length; i++)
        {
            int at = next[Bucket(keys[i], shift, mask)]++;
            toKeys[at] = keys[i];
            toPlaces[at] = places[i];
        }

        return next;
    }

    // All passes read from the upper half: 20 bits at most.
    private static int Bucket(UInt128 key, int shift, int mask) => (int)((ulong)(key >> 64) >> (shift - 64)) & mask;

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

    private static void Insert(Span<UInt128> keys, Span<int> places)
    {
        for (int i = 1; i < keys.Length; i++)
        {
            UInt128 key = keys[i];
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
