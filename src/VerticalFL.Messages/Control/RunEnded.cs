using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>A party's run is over.</summary>
/// <param name="Run">The run.</param>
/// <param name="Outcome">How it ended.</param>
public sealed record RunEnded(RunId Run, RunOutcome Outcome) : IMessage<RunEnded>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RunEnded, 2, 64, MessageReaders.Coordinator, "That a party's run is over, and which kind of end it was.");

    /// <inheritdoc/>
    public static RunEnded ReadFields(ref MessagePackReader reader) => new(
        RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
        (RunOutcome)reader.ReadInt32((int)RunOutcome.Finished, (int)RunOutcome.Failed));

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Run.ToBytes());
        writer.WriteInt((int)Outcome);
    }
}
