using VerticalFL.Messages.MessagePack;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Messages.Training;

/// <summary>Which of a study's models was best on the validation rows, and whether it is trained anew; test rows follow for it alone.</summary>
public sealed record ModelChoice : IMessage<ModelChoice>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.ModelChoice, 2, 16, MessageReaders.PeerParty,
        "Which model has the lowest validation loss, and after how many epochs it had it.");

    /// <summary>The model's place, from 0: the study's <c>model</c>, then its <c>alternatives</c>.</summary>
    public required int Model { get; init; }

    /// <summary>For how many epochs it is trained anew on training and validation rows together; null in a study without <see cref="EarlyStoppingSettings.Refit"/>.</summary>
    public int? RefitEpochs { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Model);
        if (RefitEpochs is { } epochs)
        {
            writer.WriteInt(epochs);
        }
        else
        {
            writer.WriteNil();
        }
    }

    /// <inheritdoc/>
    public static ModelChoice ReadFields(ref MessagePackReader reader) => new()
    {
        Model = reader.ReadInt32(0, Study.MostModels - 1),
        RefitEpochs = reader.TryReadNil() ? null : reader.ReadInt32(1, int.MaxValue),
    };
}
