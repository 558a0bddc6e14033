using System.Runtime.CompilerServices;

namespace VerticalFL.Alignment.Star;

/// <summary>Finds a peer's ascending tags among ours, chunk by chunk.</summary>
/// <param name="mine">Our values, sorted.</param>
/// <param name="size">The size of a tag, in bytes.</param>
/// <param name="items">Which item each of our values is of.</param>
internal sealed class TagMerge(PlacedKeys mine, int size, int[] items)
{
    private int _next;
    private UInt128 _previous;

    /// <summary>Our items whose tags the peer has sent.</summary>
    public ItemMarks Found { get; } = new(items.Length);

    /// <summary>Takes tags of which some may be no items of ours.</summary>
    /// <returns>Null; or why the tags are refused.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public string? Take(ReadOnlySpan<byte> tags)
    {
        ReadOnlySpan<UInt128> records = mine.Records;
        UInt128 mask = Tags.Mask(size), previous = _previous;
        int next = _next;
        for (int i = 0; i < tags.Length / size; i++)
        {
            UInt128 tag = Tags.Read(tags, i, size);
            if (tag < previous)
            {
                return "the tags are not in ascending order";
            }

            while (next < records.Length && (records[next] & mask) < tag)
            {
                next++;
            }

            // Two of the peer's items may share a tag; that both meet one of ours has probability below 2^-40.
            if (next > 0 && (records[next - 1] & mask) == tag)
            {
                return "a tag of a common patient stands twice";
            }

            if (next < records.Length && (records[next] & mask) == tag)
            {
                Found.Add(items[(int)(uint)records[next++]]);
            }

            previous = tag;
        }

        (_next, _previous) = (next, previous);
        return null;
    }

    /// <summary>Takes tags that must all be of items of ours, each once.</summary>
    /// <returns>Null; or why the tags are refused.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public string? TakeOwn(ReadOnlySpan<byte> tags)
    {
        ReadOnlySpan<UInt128> records = mine.Records;
        UInt128 mask = Tags.Mask(size);
        int next = _next;
        for (int i = 0; i < tags.Length / size; i++)
        {
            // Merging consumes each of our tags once: a repeated tag, one out of order and one that is not ours all end here.
            UInt128 tag = Tags.Read(tags, i, size);
            while (next < records.Length && (records[next] & mask) < tag)
            {
                next++;
            }

            if (next == records.Length || (records[next] & mask) != tag)
            {
                return "a tag is repeated, out of order, or of no patient of ours";
            }

            Found.Add(items[(int)(uint)records[next++]]);
        }

        _next = next;
        return null;
    }
}
