using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VerticalFL.Cryptography.Memory;

namespace VerticalFL.Alignment.Star;

/// <summary>
/// Numbers of 128 bits that are uniformly random, as hashes are, each with the place that it belongs to, to be sorted by their upper 96 bits. A
/// record is those and then the place; where the lower 32 bits matter too, <see cref="WholeKeys"/>.
/// </summary>
/// <remarks>
/// Sorted into buckets by leading bits, twice, and by insertion within what is nearly in order then. Numbers that are not random are sorted as
/// well, only slower. The first buckets are so few that the processor follows each one's writing end; a bucket then fits in its second cache.
/// </remarks>
internal sealed class PlacedKeys : IDisposable
{
    private const int FirstPassBits = 6;
    private const int SecondPassBits = 14;
    private const int SmallEnough = 24;
    private const int FullestBucket = 64;

    private const ulong PlaceMask = uint.MaxValue;

    // Both passes read the upper half of a record.
    private static readonly int High = BitConverter.IsLittleEndian ? 1 : 0;

    private readonly SecretBuffer<UInt128> _records;

    private int _count;

    /// <param name="capacity">How many there will be at most.</param>
    public PlacedKeys(int capacity) => _records = new SecretBuffer<UInt128>(capacity);

    public int Count => _count;

    /// <summary>Adds numbers.</summary>
    /// <param name="keys">The numbers.</param>
    /// <param name="places">The place of each; or empty when places do not matter.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<UInt128> keys, ReadOnlySpan<int> places)
    {
        Span<UInt128> records = _records.Span.Slice(_count, keys.Length);
        if (places.IsEmpty)
        {
            for (int i = 0; i < records.Length; i++)
            {
                records[i] = With(keys[i], 0);
            }
        }
        else
        {
            places = places[..keys.Length];
            for (int i = 0; i < records.Length; i++)
            {
                records[i] = With(keys[i], (uint)places[i]);
            }
        }

        _count += keys.Length;
    }

    /// <summary>All records as they stand: numbers with their places in the lowest 32 bits.</summary>
    public Span<UInt128> Records => _records.Span[.._count];

    /// <summary>The place in a record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int PlaceOf(UInt128 record) => (int)(uint)record;

    /// <summary>The places of all records, in their order. The caller disposes them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public SecretBuffer<int> CopyPlaces()
    {
        var places = new SecretBuffer<int>(_count);
        Span<int> to = places.Span;
        ReadOnlySpan<UInt128> records = Records;
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = PlaceOf(records[i]);
        }

        return places;
    }

    /// <summary>The upper 96 bits of a number or a record, and other lower ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt128 With(UInt128 number, uint rest) => new((ulong)(number >> 64), ((ulong)number & ~PlaceMask) | rest);

    /// <summary>Sorts ascending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sort()
    {
        Span<UInt128> records = Records;
        if (_count <= SmallEnough)
        {
            Insert(records);
        }
        else
        {
            // Buckets of the first pass with more than 2^14 records would not fit in the cache.
            int bits = BitOperations.Log2((uint)_count);
            int first = Math.Clamp(bits - SecondPassBits, Math.Min(bits, FirstPassBits), 2 * FirstPassBits);
            Sort(records, first, Math.Min(bits - first, SecondPassBits));
        }
    }

    /// <summary>Zeroes and releases all.</summary>
    public void Dispose() => _records.Dispose();

    private static void Sort(Span<UInt128> records, int first, int second)
    {
        using var scratch = new SecretBuffer<UInt128>(records.Length);
        Span<UInt128> scattered = scratch.Span;
        int[] ends = new int[1 << first];
        int[] next = new int[1 << second];
        Scatter(records, scattered, 64 - first, ends);
        for (int bucket = 0, start = 0; bucket < ends.Length; start = ends[bucket++])
        {
            Range range = start..ends[bucket];
            Span<UInt128> to = records[range];
            if (Scatter(scattered[range], to, 64 - first - second, next) <= FullestBucket)
            {
                Insert(to);
            }
            else
            {
                to.Sort();
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

        // A bucket's end never passes the next one's beginning: both loops see the same words.
        ReadOnlySpan<Vector128<ulong>> from = MemoryMarshal.Cast<UInt128, Vector128<ulong>>(records);
        ref Vector128<ulong> target = ref Unsafe.As<UInt128, Vector128<ulong>>(ref MemoryMarshal.GetReference(to));
        for (int i = 0; i < from.Length; i++)
        {
            Unsafe.Add(ref target, Unsafe.Add(ref bucket, (nint)((int)(words[(2 * i) + High] >> shift) & mask))++) = from[i];
        }

        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Insert(Span<UInt128> records)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<UInt128, ulong>(records);
        for (int i = 1; i < records.Length; i++)
        {
            // The upper halves decide nearly always.
            if (words[(2 * i) - 2 + High] < words[(2 * i) + High])
            {
                continue;
            }

            UInt128 record = records[i];
            int at = i;
            for (; at > 0 && records[at - 1] > record; at--)
            {
                records[at] = records[at - 1];
            }

            records[at] = record;
        }
    }
}
