using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>The leader tells every follower the same: all take up the alignment that they hold, or align anew.</summary>
/// <param name="Id">The id that every follower has offered, 16 bytes; null to align anew.</param>
public sealed record AlignmentChoice(ReadOnlyMemory<byte>? Id) : IMessage<AlignmentChoice>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AlignmentChoice, 1, AlignmentLimits.Overhead + AlignmentLimits.IdSize, MessageReaders.PeerParty,
        "Whether all parties still have the rows of the alignment that they finished together.");

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
    public static AlignmentChoice ReadFields(ref MessagePackReader reader) =>
        new(reader.TryReadNil() ? null : (ReadOnlyMemory<byte>?)reader.ReadBinaryExact(AlignmentLimits.IdSize).ToArray());
}
