using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VerticalFL.Messages.Alignment;

namespace VerticalFL.Alignment.Star;

/// <summary>Finds a peer's ascending tags among ours, chunk by chunk.</summary>
/// <param name="mine">Our values, sorted, each with the place of its item.</param>
/// <param name="size">The size of a tag, in bytes.</param>
/// <param name="items">How many items of ours there are.</param>
/// <param name="theirs">How many tags the peer sends, where <see cref="Matched"/> is asked for.</param>
internal sealed class TagMerge(PlacedKeys mine, int size, int items, int theirs = 0)
{
    private readonly UInt128[] _tags = new UInt128[AlignmentLimits.ChunkElements];
    private int _next;
    private int _taken;
    private UInt128 _previous;

    /// <summary>Our items whose tags the peer has sent.</summary>
    public ItemMarks Found { get; } = new(items);

    /// <summary>The peer's tags that are of items of ours, by their places among all that <see cref="Take"/> was given.</summary>
    public ItemMarks Matched { get; } = new(theirs);

    /// <summary>Takes tags of which some may be no items of ours.</summary>
    /// <param name="tags">A chunk of them.</param>
    /// <returns>Null; or why the tags are refused.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public string? Take(ReadOnlySpan<byte> tags)
    {
        ReadOnlySpan<UInt128> chunk = Read(tags), records = mine.Records;
        UInt128 mask = Tags.Mask(size), previous = _previous;
        foreach (UInt128 tag in chunk)
        {
            if (tag < previous)
            {
                return "the tags are not in ascending order";
            }

            previous = tag;
        }

        _previous = previous;
        int next = _next;
        for (int i = 0; i < chunk.Length; i++)
        {
            UInt128 tag = chunk[i];
            next = Below(records, next, mask, tag);

            // Two of the peer's items may share a tag; that both meet one of ours has probability below 2^-40.
            if (next > 0 && (records[next - 1] & mask) == tag)
            {
                return "a tag of a common patient stands twice";
            }

            if (next < records.Length && (records[next] & mask) == tag)
            {
                Found.Add(PlacedKeys.PlaceOf(records[next++]));
                Matched.Add(_taken + i);
            }
        }

        _next = next;
        _taken += chunk.Length;
        return null;
    }

    /// <summary>Takes tags that must all be of items of ours, each once.</summary>
    /// <param name="tags">A chunk of them.</param>
    /// <returns>Null; or why the tags are refused.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public string? TakeOwn(ReadOnlySpan<byte> tags)
    {
        ReadOnlySpan<UInt128> records = mine.Records;
        UInt128 mask = Tags.Mask(size);
        int next = _next;
        foreach (UInt128 tag in Read(tags))
        {
            // Merging consumes each of our tags once: a repeated tag, one out of order and one that is not ours all end here.
            next = Below(records, next, mask, tag);
            if (next == records.Length || (records[next] & mask) != tag)
            {
                return "a tag is repeated, out of order, or of no patient of ours";
            }

            Found.Add(PlacedKeys.PlaceOf(records[next++]));
        }

        _next = next;
        return null;
    }

    private ReadOnlySpan<UInt128> Read(ReadOnlySpan<byte> tags)
    {
        Span<UInt128> read = _tags.AsSpan(0, tags.Length / size);
        Tags.Read(tags, size, read);
        return read;
    }

    /// <summary>Skips records below a tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Below(ReadOnlySpan<UInt128> records, int next, UInt128 mask, UInt128 tag)
    {
        // A record whose upper half is below the tag's is below the tag, masked or not.
        ref ulong high = ref Unsafe.Add(ref Unsafe.As<UInt128, ulong>(ref MemoryMarshal.GetReference(records)), BitConverter.IsLittleEndian ? 1 : 0);
        ulong least = (ulong)(tag >> 64);
        while (next < records.Length && Unsafe.Add(ref high, 2 * (nint)next) < least)
        {
            next++;
        }

        while (next < records.Length && (records[next] & mask) < tag)
        {
            next++;
        }

        return next;
    }
}
