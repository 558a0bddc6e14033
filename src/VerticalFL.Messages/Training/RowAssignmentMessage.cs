using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>The label party's decision which cohort rows train, validate and test; one byte a row in cohort order.</summary>
public sealed record RowAssignmentMessage : IMessage<RowAssignmentMessage>
{
    /// <summary>The largest cohort: 2^24 rows.</summary>
    public const int MaxRows = 1 << 24;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RowAssignment, 1, MaxRows + 16, MessageReaders.PeerParty,
        "For each common patient whether the row trains, validates, tests or is left out; chosen without looking at outcomes.");

    /// <summary>Per cohort row: 0 unused, 1 training, 2 validation, 3 test.</summary>
    public required ReadOnlyMemory<byte> Parts { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Parts.Span);
    }

    /// <inheritdoc/>
    public static RowAssignmentMessage ReadFields(ref MessagePackReader reader) => new() { Parts = reader.ReadBinary(MaxRows).ToArray() };
}
