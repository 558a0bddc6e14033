using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>
/// Every party has ended a run: there is no further attempt of it, and a party that has ended it too may delete what it kept for one.
/// </summary>
/// <param name="Run">The run.</param>
public sealed record RunClosed(RunId Run) : IMessage<RunClosed>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RunClosed, 1, 64, MessageReaders.Consortium, "That a run has ended at every party.");

    /// <inheritdoc/>
    public static RunClosed ReadFields(ref MessagePackReader reader) => new(RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)));

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Run.ToBytes());
    }
}
