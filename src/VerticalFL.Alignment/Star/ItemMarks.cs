using System.Numerics;
using System.Runtime.CompilerServices;

namespace VerticalFL.Alignment.Star;

/// <summary>A set of a party's own items, by their places: a bit for each.</summary>
internal sealed class ItemMarks(int items)
{
    private readonly ulong[] _bits = new ulong[(items + 63) / 64];

    /// <summary>How many are marked.</summary>
    public int Count { get; private set; }

    public bool this[int place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ((_bits[(uint)place / 64] >> place) & 1) != 0;
    }

    /// <summary>Marks an item that is not marked yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int place)
    {
        _bits[(uint)place / 64] |= 1UL << place;
        Count++;
    }

    /// <summary>The places of all, ascending.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int[] ToPlaces()
    {
        int[] places = new int[Count];
        int count = 0;
        for (int word = 0; word < _bits.Length; word++)
        {
            for (ulong left = _bits[word]; left != 0; left &= left - 1)
            {
                places[count++] = (64 * word) + BitOperations.TrailingZeroCount(left);
            }
        }

        return places;
    }
}
