using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>The label party tells every party the same: from which checkpoint all go on.</summary>
public sealed record ResumeChoice : IMessage<ResumeChoice>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.ResumeChoice, 1, 64, MessageReaders.PeerParty,
        "The newest step of which all parties hold a checkpoint.");

    /// <summary>One that every party has offered; null to begin at the beginning.</summary>
    public required CheckpointMark? Chosen { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        if (Chosen is null)
        {
            writer.WriteNil();
        }
        else
        {
            CheckpointFields.Write(writer, Chosen);
        }
    }

    /// <inheritdoc/>
    public static ResumeChoice ReadFields(ref MessagePackReader reader) =>
        new() { Chosen = reader.TryReadNil() ? null : CheckpointFields.ReadMark(ref reader) };
}
