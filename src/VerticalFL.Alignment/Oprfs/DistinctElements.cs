using System.Buffers.Binary;
using System.Runtime.InteropServices;
using VerticalFL.Alignment.Star;
using VerticalFL.Messages.Alignment;

namespace VerticalFL.Alignment.Oprfs;

/// <summary>
/// Refuses a list of group elements in which one stands twice: no honest party sends that. 96 bits of each encoding are compared; honest
/// elements are uniform, so that two of n agree in them with probability below n^2 / 2^97, 2^-45 at 2^26.
/// </summary>
internal sealed class DistinctElements
{
    // Grows with what arrives: a peer's claim of a large set must not make us allocate for it.
    private readonly List<UInt128> _halves = [];

    public void Add(ReadOnlySpan<byte> elements)
    {
        for (int at = 0; at < elements.Length; at += AlignmentLimits.ElementSize)
        {
            _halves.Add(BinaryPrimitives.ReadUInt128LittleEndian(elements[at..]));
        }
    }

    public void Check(PeerStep at)
    {
        using PlacedKeys sorted = Tags.Sort(CollectionsMarshal.AsSpan(_halves), []);
        ReadOnlySpan<UInt128> records = sorted.Records;
        for (int i = 1; i < records.Length; i++)
        {
            if (records[i] == records[i - 1])
            {
                throw at.Refuse("an element stands twice");
            }
        }
    }
}
