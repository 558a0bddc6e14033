using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>Which channel of a party was lost, and why.</summary>
/// <param name="Peer">The party at the other end.</param>
/// <param name="Fault">The last reason.</param>
public sealed record LostLink(PartyId Peer, LinkFault Fault)
{
    /// <summary>Reads nil, or a party and a fault.</summary>
    internal static LostLink? Read(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        reader.ReadArrayHeader(2, 2);
        return new LostLink(ControlFields.ReadParty(ref reader), ControlFields.ReadFault(ref reader));
    }

    internal static void Write(MessagePackWriter writer, LostLink? lost)
    {
        if (lost is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(2);
        writer.WriteString(lost.Peer.Value);
        writer.WriteInt((int)lost.Fault);
    }
}
