using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>A follower tells the leader which finished alignment of this run it could take up again; at the start of every attempt.</summary>
/// <param name="Id">The alignment's id, 16 bytes; null when the party holds none, or its table has changed since.</param>
public sealed record AlignmentOffer(ReadOnlyMemory<byte>? Id) : IMessage<AlignmentOffer>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AlignmentOffer, 1, AlignmentLimits.Overhead + AlignmentLimits.IdSize, MessageReaders.PeerParty,
        "Whether the sender still has the rows of an alignment that reader and sender finished together, over an unchanged table.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (Id is { } id)
        {
            writer.WriteBinary(id.Span);
        }
        else
        {
            writer.WriteNil();
        }
    }

    /// <inheritdoc/>
    public static AlignmentOffer ReadFields(ref MessagePackReader reader) =>
        new(reader.TryReadNil() ? null : (ReadOnlyMemory<byte>?)reader.ReadBinaryExact(AlignmentLimits.IdSize).ToArray());
}
