using System.Numerics;
using System.Runtime.CompilerServices;

namespace VerticalFL.Alignment.Star;

/// <summary>A set of a party's items or of their tags, by their places: a bit for each.</summary>
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

    /// <summary>The marks from a place on as they travel: the lowest of a byte first, zeros behind the last.</summary>
    /// <param name="first">The place of the first, a multiple of 8.</param>
    /// <param name="marks">Room for a byte for each eight places.</param>
    public void CopyTo(int first, Span<byte> marks)
    {
        for (int i = 0; i < marks.Length; i++)
        {
            int place = first + (8 * i);
            marks[i] = (byte)(_bits[place / 64] >> place);
        }
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
