using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>A feature party holds its mask keys, its prepared table and its model, and repeats what it was told, for the label party to compare.</summary>
public sealed record TrainingReady : IMessage<TrainingReady>
{
    /// <summary>The widest cut layer.</summary>
    public const int MaxCutWidth = 1024;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.TrainingReady, 4, 64, MessageReaders.PeerParty,
        "That the party is ready; the numbers in it are known to the reader already.");

    /// <summary>The attempt, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Rows of the cohort.</summary>
    public required int Rows { get; init; }

    /// <summary>Width of the cut layer.</summary>
    public required int CutWidth { get; init; }

    /// <summary>SHA-256 over the row assignment, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> AssignmentHash { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Attempt);
        writer.WriteInt(Rows);
        writer.WriteInt(CutWidth);
        writer.WriteBinary(AssignmentHash.Span);
    }

    /// <inheritdoc/>
    public static TrainingReady ReadFields(ref MessagePackReader reader) => new()
    {
        Attempt = reader.ReadInt32(1, int.MaxValue),
        Rows = reader.ReadInt32(1, RowAssignmentMessage.MaxRows),
        CutWidth = reader.ReadInt32(1, MaxCutWidth),
        AssignmentHash = reader.ReadBinaryExact(32).ToArray(),
    };
}
