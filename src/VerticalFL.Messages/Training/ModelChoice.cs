using VerticalFL.Messages.MessagePack;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Messages.Training;

/// <summary>Which of a study's models was best on the validation rows; test rows follow for it alone.</summary>
public sealed record ModelChoice : IMessage<ModelChoice>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.ModelChoice, 1, 8, MessageReaders.PeerParty,
        "Which model has the lowest validation loss.");

    /// <summary>The model's place, from 0: the study's <c>model</c>, then its <c>alternatives</c>.</summary>
    public required int Model { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Model);
    }

    /// <inheritdoc/>
    public static ModelChoice ReadFields(ref MessagePackReader reader) => new() { Model = reader.ReadInt32(0, Study.MostModels - 1) };
}
