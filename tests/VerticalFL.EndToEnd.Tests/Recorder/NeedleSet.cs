using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>
/// Byte strings of at least eight bytes, all looked for at once: every eight-byte window of a text is held against a bit filter, what passes
/// against the strings that begin so. Eight bytes, because shorter strings turn up by chance: 10^5 strings against 10^6 random windows of eight bytes meet with
/// probability below 10^-8.
/// </summary>
internal sealed class NeedleSet
{
    private const int Window = sizeof(ulong);
    private const int FilterBits = 24;

    private const int None = -1;

    // Strings with one beginning are chained; a string that is its beginning needs no bytes of its own.
    private readonly List<(byte[] Tail, string What, int Next)> _needles = new(1 << 20);
    private readonly Dictionary<ulong, int> _latest = new(1 << 20);
    private readonly ulong[] _filter = new ulong[1 << (FilterBits - 6)];

    public int Count => _needles.Count;

    public void Add(ReadOnlySpan<byte> needle, string what)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(needle.Length, Window);
        ulong key = BinaryPrimitives.ReadUInt64LittleEndian(needle);
        uint bit = BitOf(key);
        _filter[bit >> 6] |= 1UL << (int)(bit & 63);
        ref int latest = ref CollectionsMarshal.GetValueRefOrAddDefault(_latest, key, out bool known);
        _needles.Add((needle[Window..].ToArray(), what, known ? latest : None));
        latest = _needles.Count - 1;
    }

    /// <summary>What stands in the text, each kind once.</summary>
    public IReadOnlyCollection<string> FindIn(ReadOnlySpan<byte> text)
    {
        var found = new HashSet<string>();
        for (int i = 0; i + Window <= text.Length; i++)
        {
            ulong key = BinaryPrimitives.ReadUInt64LittleEndian(text[i..]);
            uint bit = BitOf(key);
            if ((_filter[bit >> 6] >> (int)(bit & 63) & 1) != 0 && _latest.TryGetValue(key, out int next))
            {
                while (next != None)
                {
                    (byte[] tail, string what, next) = _needles[next];
                    if (text[(i + Window)..].StartsWith(tail))
                    {
                        found.Add(what);
                    }
                }
            }
        }

        return found;
    }

    private static uint BitOf(ulong key) => (uint)((key * 0x9E3779B97F4A7C15) >> (64 - FilterBits));
}
