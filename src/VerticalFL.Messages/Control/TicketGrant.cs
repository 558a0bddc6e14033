using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>The coordinator grants a one-time ticket: good for one data connection within <see cref="LifetimeSeconds"/>.</summary>
/// <param name="Request">The number of the request that this answers.</param>
/// <param name="Ticket">The secret to present on the data connection: <see cref="TicketSize"/> bytes from the operating system's generator.</param>
public sealed record TicketGrant(int Request, ReadOnlyMemory<byte> Ticket) : IMessage<TicketGrant>
{
    /// <summary>The size of a ticket in bytes.</summary>
    public const int TicketSize = 32;

    /// <summary>How long a ticket is good, in seconds.</summary>
    public const int LifetimeSeconds = 30;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.TicketGrant, 2, 64, MessageReaders.Coordinator, "That the peer asked for the same channel.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Request);
        writer.WriteBinary(Ticket.Span);
    }

    /// <inheritdoc/>
    public static TicketGrant ReadFields(ref MessagePackReader reader) =>
        new(reader.ReadInt32(1, int.MaxValue), reader.ReadBinaryExact(TicketSize).ToArray());
}
