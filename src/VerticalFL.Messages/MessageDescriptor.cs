namespace VerticalFL.Messages;

/// <summary>Who can read a message's content, by construction.</summary>
public enum MessageReaders
{
    /// <summary>Only the party at the other end of the channel: TLS ends there, the coordinator relays ciphertext.</summary>
    PeerParty = 0,

    /// <summary>The coordinator; such a message holds nothing about patients.</summary>
    Coordinator = 1,

    /// <summary>The coordinator and every party of the study.</summary>
    Consortium = 2,
}

/// <summary>What a privacy reviewer wants to know of one message type.</summary>
/// <param name="Type">The number on the wire.</param>
/// <param name="FieldCount">How many MessagePack values follow the number.</param>
/// <param name="MaxBytes">The largest encoding that is sent or accepted, in bytes.</param>
/// <param name="Readers">Who can read it.</param>
/// <param name="Reveals">One sentence for the report: what the reader learns from it.</param>
public sealed record MessageDescriptor(MessageType Type, int FieldCount, int MaxBytes, MessageReaders Readers, string Reveals);
