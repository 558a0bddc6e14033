using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>The gradient of the loss with respect to the sum at the cut, for the rows of one training batch.</summary>
public sealed record ActivationGradients : IMessage<ActivationGradients>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.ActivationGradients, 2, (MaskedActivations.MaxValues * sizeof(float)) + 64, MessageReaders.PeerParty,
        "One gradient per training patient; these reveal outcomes to the reader unless the study protects them.");

    /// <summary>The batch counter of the attempt.</summary>
    public required long Step { get; init; }

    /// <summary>rows x cut width values, row by row, float32 little endian.</summary>
    public required ReadOnlyMemory<byte> Values { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Step);
        writer.WriteBinary(Values.Span);
    }

    /// <inheritdoc/>
    public static ActivationGradients ReadFields(ref MessagePackReader reader) => new()
    {
        Step = reader.ReadInt64(0, (1L << 40) - 1),
        Values = reader.ReadBulk(MaskedActivations.MaxValues * sizeof(float)),
    };
}
