using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>The gradient of the loss with respect to the sum at the cut, for one microbatch of a training batch.</summary>
public sealed record ActivationGradients : IMessage<ActivationGradients>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.ActivationGradients, 4, (MaskedActivations.MaxValues * sizeof(float)) + 64, MessageReaders.PeerParty,
        "One gradient per training patient; these reveal outcomes to the reader unless the study protects them.");

    /// <summary>The batch counter of the run.</summary>
    public required long Step { get; init; }

    /// <summary>The microbatch of the step, the one of the activations that it answers.</summary>
    public required int Microbatch { get; init; }

    /// <summary>
    /// Null for most steps, and in all microbatches of a step but the last. Otherwise every party writes a checkpoint after this step; the number is the
    /// newest step that all parties hold, 0 for none.
    /// </summary>
    public long? Checkpoint { get; init; }

    /// <summary>rows x cut width values, row by row, float32 or float16 little endian as the study says.</summary>
    public required ReadOnlyMemory<byte> Values { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Step);
        writer.WriteInt(Microbatch);
        CheckpointFields.Write(writer, Checkpoint);
        writer.WriteBinary(Values.Span);
    }

    /// <inheritdoc/>
    public static ActivationGradients ReadFields(ref MessagePackReader reader) => new()
    {
        Step = reader.ReadInt64(0, CheckpointFields.MaxStep),
        Microbatch = reader.ReadInt32(0, ushort.MaxValue),
        Checkpoint = CheckpointFields.Read(ref reader),
        Values = reader.ReadBulk(MaskedActivations.MaxValues * sizeof(float)),
    };
}
