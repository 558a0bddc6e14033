using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>The label party asks for a prediction; the coordinator orders it as a run at every party, or answers with <see cref="RunCancel"/> and the reason.</summary>
/// <param name="Study">The study of the model.</param>
/// <param name="Run">The prediction's own run id, which the label party has drawn.</param>
/// <param name="Terms">What is asked for.</param>
public sealed record PredictionRequest(StudyId Study, RunId Run, PredictionTerms Terms) : IMessage<PredictionRequest>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.PredictionRequest, 3, 4096, MessageReaders.Coordinator,
        "That a trained model is to be used on new patients: which model, the dataset's name, the purpose, the smallest cohort, and who is absent.");

    /// <inheritdoc/>
    public static PredictionRequest ReadFields(ref MessagePackReader reader) => new(
        StudyId.FromBytes(reader.ReadBinaryExact(StudyId.Size)), RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)), PredictionTerms.Read(ref reader));

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Study.ToBytes());
        writer.WriteBinary(Run.ToBytes());
        Terms.Write(writer);
    }
}
