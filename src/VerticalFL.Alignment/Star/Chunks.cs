using VerticalFL.Messages.Alignment;

namespace VerticalFL.Alignment.Star;

/// <summary>Cuts a list into the chunks in which it travels, and checks that a peer's chunks follow each other without a gap.</summary>
internal static class Chunks
{
    public static IEnumerable<(int First, int Count)> Of(int total)
    {
        for (int first = 0; first < total; first += AlignmentLimits.ChunkElements)
        {
            yield return (first, Math.Min(AlignmentLimits.ChunkElements, total - first));
        }
    }

    /// <summary>Only the last chunk may be short: otherwise a peer could spin us with a million messages of one element.</summary>
    public static void Check(PeerStep at, int first, int count, int expectedFirst, int total)
    {
        int expected = Math.Min(AlignmentLimits.ChunkElements, total - expectedFirst);
        if (first != expectedFirst || count != expected)
        {
            throw at.Refuse($"{count} elements from {first} on arrived where {expected} from {expectedFirst} on were due, of {total}");
        }
    }
}
