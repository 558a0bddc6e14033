using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>Fields that several control messages hold.</summary>
internal static class ControlFields
{
    /// <summary>Reads a party id, checked.</summary>
    public static PartyId ReadParty(ref MessagePackReader reader)
    {
        string value = reader.ReadString(PartyId.MaxLength);
        return PartyId.IsValid(value) ? new PartyId(value) : throw new MessageFormatException("A party id is malformed.");
    }

    /// <summary>Reads a duration, checked.</summary>
    public static double ReadSeconds(ref MessagePackReader reader)
    {
        double value = reader.ReadDouble();
        return value >= 0 ? value : throw new MessageFormatException("A duration is negative.");
    }

    /// <summary>Reads a fault of a link, checked.</summary>
    public static LinkFault ReadFault(ref MessagePackReader reader) =>
        (LinkFault)reader.ReadInt32((int)LinkFault.None, (int)LinkFault.PeerRefused);
}
