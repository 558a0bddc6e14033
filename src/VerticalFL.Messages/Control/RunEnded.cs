using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>A party's run is over.</summary>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The party's newest attempt of it; 0 when it began none.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record RunEnded(RunId Run, int Attempt, RunOutcome Outcome) : IMessage<RunEnded>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RunEnded, 3, 64, MessageReaders.Coordinator, "That a party's run is over, and which kind of end it was.");

    /// <inheritdoc/>
    public static RunEnded ReadFields(ref MessagePackReader reader) => new(
        RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
        reader.ReadInt32(0, int.MaxValue),
        (RunOutcome)reader.ReadInt32((int)RunOutcome.Finished, (int)RunOutcome.Failed));

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Run.ToBytes());
        writer.WriteInt(Attempt);
        writer.WriteInt((int)Outcome);
    }
}
