using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>The gradient of the loss with respect to the sum at the cut, for the rows of one training batch.</summary>
public sealed record ActivationGradients : IMessage<ActivationGradients>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.ActivationGradients, 3, (MaskedActivations.MaxValues * sizeof(float)) + 64, MessageReaders.PeerParty,
        "One gradient per training patient; these reveal outcomes to the reader unless the study protects them.");

    /// <summary>The batch counter of the run.</summary>
    public required long Step { get; init; }

    /// <summary>
    /// Null for most steps. Otherwise every party writes a checkpoint after this step; the number is the newest step that all parties hold, 0 for none.
    /// </summary>
    public long? Checkpoint { get; init; }

    /// <summary>rows x cut width values, row by row, float32 little endian.</summary>
    public required ReadOnlyMemory<byte> Values { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Step);
        CheckpointFields.Write(writer, Checkpoint);
        writer.WriteBinary(Values.Span);
    }

    /// <inheritdoc/>
    public static ActivationGradients ReadFields(ref MessagePackReader reader) => new()
    {
        Step = reader.ReadInt64(0, CheckpointFields.MaxStep),
        Checkpoint = CheckpointFields.Read(ref reader),
        Values = reader.ReadBulk(MaskedActivations.MaxValues * sizeof(float)),
    };
}
