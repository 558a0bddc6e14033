using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VerticalFL.Cryptography.Memory;

namespace VerticalFL.Alignment.Star;

/// <summary>
/// Numbers of 128 bits that are uniformly random, as hashes are, each with the place that it came from, to be sorted. A record is the upper
/// 96 bits and then the place: one array to move. The lower 32 bits stay behind and are looked up.
/// </summary>
/// <remarks>
/// Sorted into buckets by leading bits, twice, so that each pass stays in a processor's cache, and by insertion within what is nearly in
/// order then. Numbers that are not random are sorted as well, only slower.
/// </remarks>
internal sealed class PlacedKeys : IDisposable
{
    private const int FirstPassBits = 10;
    private const int SecondPassBits = 14;
    private const int SmallEnough = 24;
    private const int FullestBucket = 64;

    private static readonly UInt128 PlaceMask = uint.MaxValue;

    // Both passes read the upper half of a record.
    private static readonly int High = BitConverter.IsLittleEndian ? 1 : 0;

    private readonly SecretBuffer<UInt128> _records;
    private readonly SecretBuffer<uint> _rest;

    private int _count;

    /// <param name="capacity">How many there will be at most.</param>
    public PlacedKeys(int capacity)
    {
        _records = new SecretBuffer<UInt128>(capacity);
        _rest = new SecretBuffer<uint>(capacity);
    }

    public int Count => _count;

    /// <summary>Adds keys, whose places count on from those added before.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<UInt128> keys)
    {
        Span<UInt128> records = _records.Span.Slice(_count, keys.Length);
        Span<uint> rest = _rest.Span.Slice(_count, keys.Length);
        for (int i = 0; i < keys.Length; i++)
        {
            records[i] = (keys[i] & ~PlaceMask) | (uint)(_count + i);
            rest[i] = (uint)keys[i];
        }

        _count += keys.Length;
    }

    /// <summary>The place of the key that is number <paramref name="i"/> by now.</summary>
    public int Place(int i) => (int)(uint)_records.Span[i];

    /// <summary>The key that is number <paramref name="i"/> by now.</summary>
    public UInt128 Key(int i) => Key(_records.Span[i], _rest.Span);

    /// <summary>All keys as they stand, with their places in the lowest 32 bits.</summary>
    public ReadOnlySpan<UInt128> Records => _records.Span[.._count];

    /// <summary>The lower 32 bits of the keys, by their places.</summary>
    public ReadOnlySpan<uint> Rest => _rest.Span[.._count];

    /// <summary>The key of a record.</summary>
    public static UInt128 Key(UInt128 record, ReadOnlySpan<uint> rest) => (record & ~PlaceMask) | rest[(int)(uint)record];

    /// <summary>Sorts ascending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sort()
    {
        Span<UInt128> records = _records.Span[.._count];
        if (_count <= SmallEnough)
        {
            Insert(records);
        }
        else
        {
            int bits = Math.Min(BitOperations.Log2((uint)_count), FirstPassBits + SecondPassBits);
            int first = Math.Min(bits, FirstPassBits);
            Sort(records, first, bits - first);
        }

        BreakTies(records);
    }

    /// <summary>Zeroes and releases all.</summary>
    public void Dispose()
    {
        _records.Dispose();
        _rest.Dispose();
    }

    private static void Sort(Span<UInt128> records, int first, int second)
    {
        using var scratch = new SecretBuffer<UInt128>(records.Length);
        Span<UInt128> scattered = scratch.Span;
        int[] ends = new int[1 << first];
        int[] next = new int[1 << second];
        Scatter(records, scattered, 64 - first, ends);
        for (int bucket = 0, start = 0; bucket < ends.Length; start = ends[bucket++])
        {
            Span<UInt128> from = scattered[start..ends[bucket]], to = records[start..ends[bucket]];
            if (Scatter(from, to, 64 - first - second, next) > FullestBucket)
            {
                to.Sort();
            }
            else
            {
                Insert(to);
            }
        }
    }

    /// <summary>Leaves in <paramref name="next"/> where each bucket ends.</summary>
    /// <returns>How many are in the fullest.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Scatter(ReadOnlySpan<UInt128> records, Span<UInt128> to, int shift, Span<int> next)
    {
        Debug.Assert(BitOperations.IsPow2(next.Length) && to.Length == records.Length, "The mask must stay within the buckets.");
        next.Clear();
        int mask = next.Length - 1;
        ref int bucket = ref MemoryMarshal.GetReference(next);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<UInt128, ulong>(records);
        for (int i = High; i < words.Length; i += 2)
        {
            Unsafe.Add(ref bucket, (nint)((int)(words[i] >> shift) & mask))++;
        }

        int sum = 0, most = 0;
        foreach (ref int one in next)
        {
            most = Math.Max(most, one);
            (one, sum) = (sum, sum + one);
        }

        for (int i = 0; i < records.Length; i++)
        {
            to[Unsafe.Add(ref bucket, (nint)((int)(words[(2 * i) + High] >> shift) & mask))++] = records[i];
        }

        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Insert(Span<UInt128> records)
    {
        for (int i = 1; i < records.Length; i++)
        {
            UInt128 record = records[i];
            int at = i;
            for (; at > 0 && records[at - 1] > record; at--)
            {
                records[at] = records[at - 1];
            }

            if (at != i)
            {
                records[at] = record;
            }
        }
    }

    /// <summary>Keys with the same upper 96 bits are rare: they stand side by side, in the order of their places.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void BreakTies(Span<UInt128> records)
    {
        for (int i = 1; i < records.Length; i++)
        {
            for (int at = i; at > 0 && ((records[at - 1] ^ records[at]) & ~PlaceMask) == 0 && Key(at - 1) > Key(at); at--)
            {
                (records[at - 1], records[at]) = (records[at], records[at - 1]);
            }
        }
    }
}
