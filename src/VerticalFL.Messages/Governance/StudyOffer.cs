using VerticalFL.Messages.MessagePack;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Messages.Governance;

/// <summary>A study that a party is asked to decide on.</summary>
/// <param name="Study">The exact bytes of the expanded study: what is hashed, approved and run.</param>
public sealed record StudyOffer(ReadOnlyMemory<byte> Study) : IMessage<StudyOffer>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.StudyOffer,
        1,
        StudyDocument.MaxBytes + 16,
        MessageReaders.Consortium,
        "What a study would do: its parties, purpose, column names and settings.");

    /// <inheritdoc/>
    public static StudyOffer ReadFields(ref MessagePackReader reader) => new(reader.ReadBinary(StudyDocument.MaxBytes).ToArray());

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Study.Span);
    }
}
