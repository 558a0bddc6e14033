using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>An attempt of a run is over at a party, and the party is ready for the next one.</summary>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Cause">Why it is over.</param>
public sealed record AttemptOver(RunId Run, int Attempt, AttemptCause Cause) : IMessage<AttemptOver>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AttemptOver, 4, 96, MessageReaders.Coordinator, "That a party cannot go on with an attempt, which kind of cause it has, and which peer's channel was lost.");

    /// <summary>The channel that was lost, where that is the cause; null otherwise, and when it is told again after a restart.</summary>
    public LostLink? Lost { get; init; }

    /// <inheritdoc/>
    public static AttemptOver ReadFields(ref MessagePackReader reader) => new(
        RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
        reader.ReadInt32(1, int.MaxValue),
        (AttemptCause)reader.ReadInt32((int)AttemptCause.ProcessRestarted, (int)AttemptCause.Stopped))
    {
        Lost = LostLink.Read(ref reader),
    };

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Run.ToBytes());
        writer.WriteInt(Attempt);
        writer.WriteInt((int)Cause);
        LostLink.Write(writer, Lost);
    }
}
