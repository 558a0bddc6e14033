using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Cryptography.Memory;

namespace VerticalFL.Alignment.Star;

/// <summary>
/// A party's items of all passes, numbered through: those of the first key by their places, then those of the second, and so on.
/// An item is bound to its key, so that it also tells by which one a patient was matched.
/// </summary>
internal sealed class ItemsOfPasses
{
    private readonly List<ItemSet> _sets = [];
    private readonly List<int> _firsts = [];
    private int _count;

    public ItemsOfPasses(params IEnumerable<ItemSet> sets)
    {
        foreach (ItemSet set in sets)
        {
            Add(set);
        }
    }

    /// <summary>Adds the items of the next pass.</summary>
    /// <returns>The number of its first item.</returns>
    public int Add(ItemSet set)
    {
        int first = _count;
        _sets.Add(set);
        _firsts.Add(first);
        _count = checked(_count + set.Count);
        return first;
    }

    /// <summary>Items by their numbers, one after the other. The caller disposes them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public SecretBuffer<byte> ItemsAt(ReadOnlySpan<int> numbers)
    {
        if (_sets.Count == 1)
        {
            return _sets[0].ItemsAt(numbers);
        }

        var chosen = new SecretBuffer<byte>(checked(numbers.Length * ItemSet.ItemSize));
        Span<UInt128> to = MemoryMarshal.Cast<byte, UInt128>(chosen.Span);
        for (int i = 0; i < to.Length; i++)
        {
            int pass = PassOf(numbers[i]);
            to[i] = MemoryMarshal.Cast<byte, UInt128>(_sets[pass].Items.Span)[numbers[i] - _firsts[pass]];
        }

        return chosen;
    }

    /// <summary>The rows and the keys, from 0, of items by their numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (int[] Rows, byte[] Keys) PatientsAt(ReadOnlySpan<int> numbers)
    {
        int[] rows = new int[numbers.Length];
        byte[] keys = new byte[numbers.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            int pass = PassOf(numbers[i]);
            rows[i] = _sets[pass].RowAt(numbers[i] - _firsts[pass]);
            keys[i] = (byte)pass;
        }

        return (rows, keys);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int PassOf(int number)
    {
        int pass = _firsts.Count - 1;
        while (number < _firsts[pass])
        {
            pass--;
        }

        return pass;
    }
}
