using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>
/// An attempt of a run must end now, the run goes on later: somebody paused it, or another party cannot go on with this attempt. Answered
/// by <see cref="AttemptOver"/>.
/// </summary>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt, from 1.</param>
public sealed record AttemptStop(RunId Run, int Attempt) : IMessage<AttemptStop>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AttemptStop, 2, 64, MessageReaders.Consortium, "That an attempt of a run ends early.");

    /// <inheritdoc/>
    public static AttemptStop ReadFields(ref MessagePackReader reader) => new(
        RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
        reader.ReadInt32(1, int.MaxValue));

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Run.ToBytes());
        writer.WriteInt(Attempt);
    }
}
