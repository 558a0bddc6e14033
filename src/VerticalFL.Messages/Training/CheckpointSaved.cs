using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>A feature party's answer to an announced checkpoint.</summary>
public sealed record CheckpointSaved : IMessage<CheckpointSaved>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.CheckpointSaved, 2, 16, MessageReaders.PeerParty,
        "Whether the party could write its checkpoint.");

    /// <summary>Batches that are over, from 1.</summary>
    public required long Step { get; init; }

    /// <summary>Whether it is on the party's disk; false when the disk refused, and the run goes on without this checkpoint.</summary>
    public required bool Saved { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Step);
        writer.WriteBool(Saved);
    }

    /// <inheritdoc/>
    public static CheckpointSaved ReadFields(ref MessagePackReader reader) =>
        new() { Step = reader.ReadInt64(1, CheckpointFields.MaxStep), Saved = reader.ReadBool() };
}
