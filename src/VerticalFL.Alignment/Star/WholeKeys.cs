using System.Runtime.CompilerServices;
using VerticalFL.Cryptography.Memory;

namespace VerticalFL.Alignment.Star;

/// <summary>Numbers of 128 bits that are uniformly random, as hashes are, each with the place that it belongs to, to be sorted by all their bits.</summary>
/// <remarks>
/// While they are sorted a number's place is when it was added; what is sorted by, 96 bits, moves alone, and the rest is looked up once in the end.
/// </remarks>
internal sealed class WholeKeys : IDisposable
{
    private readonly PlacedKeys _keys;
    private readonly SecretBuffer<ulong> _rest;
    private readonly SecretBuffer<int> _turns;

    private SecretBuffer<int>? _places;

    /// <param name="capacity">How many there will be at most.</param>
    public WholeKeys(int capacity)
    {
        _keys = new PlacedKeys(capacity);
        _rest = new SecretBuffer<ulong>(capacity);
        _turns = new SecretBuffer<int>(MaxAdded);
    }

    /// <summary>The most numbers that are added at a time.</summary>
    public const int MaxAdded = 4096;

    public int Count => _keys.Count;

    /// <summary>The numbers; after <see cref="Sort"/>, ascending.</summary>
    public ReadOnlySpan<UInt128> Keys => _keys.Records;

    /// <summary>The place of each number; after <see cref="Sort"/>.</summary>
    public ReadOnlySpan<int> Places => _places is null ? throw new InvalidOperationException("The numbers have not been sorted.") : _places.Span;

    /// <summary>Adds numbers.</summary>
    /// <param name="keys">At most <see cref="MaxAdded"/> numbers.</param>
    /// <param name="places">The place of each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Add(ReadOnlySpan<UInt128> keys, ReadOnlySpan<int> places)
    {
        Span<ulong> rest = _rest.Span.Slice(Count, keys.Length);
        Span<int> turns = _turns.Span[..keys.Length];
        places = places[..keys.Length];
        int first = Count;
        for (int i = 0; i < keys.Length; i++)
        {
            rest[i] = ((ulong)keys[i] << 32) | (uint)places[i];
            turns[i] = first + i;
        }

        _keys.Add(keys, turns);
    }

    /// <summary>Sorts ascending. Once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sort()
    {
        _keys.Sort();
        _places = new SecretBuffer<int>(Count);
        Span<UInt128> keys = _keys.Records;
        Span<int> places = _places.Span;
        ReadOnlySpan<ulong> rest = _rest.Span;
        for (int i = 0; i < places.Length; i++)
        {
            ulong own = rest[PlacedKeys.PlaceOf(keys[i])];
            keys[i] = PlacedKeys.With(keys[i], (uint)(own >> 32));
            places[i] = (int)(uint)own;
        }

        // Numbers with the same upper 96 bits are rare, and stand side by side.
        for (int i = 1; i < keys.Length; i++)
        {
            for (int at = i; at > 0 && keys[at - 1] > keys[at]; at--)
            {
                (keys[at - 1], keys[at]) = (keys[at], keys[at - 1]);
                (places[at - 1], places[at]) = (places[at], places[at - 1]);
            }
        }
    }

    /// <summary>Zeroes and releases all.</summary>
    public void Dispose()
    {
        _keys.Dispose();
        _rest.Dispose();
        _turns.Dispose();
        _places?.Dispose();
    }
}
