using System.Buffers.Binary;
using VerticalFL.Alignment.Star;
using VerticalFL.Messages.Alignment;

namespace VerticalFL.Alignment.Oprfs;

/// <summary>
/// Refuses a list of group elements in which one stands twice: no honest party sends that. Half of each encoding is kept; honest elements
/// are
/// uniform, so that two of n agree in it with probability below n^2 / 2^128, 2^-76 at 2^26.
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
        _halves.Sort();
        for (int i = 1; i < _halves.Count; i++)
        {
            if (_halves[i] == _halves[i - 1])
            {
                throw at.Refuse("an element stands twice");
            }
        }
    }
}
