using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>A run must end now: somebody cancelled it, or another party could not go on.</summary>
/// <param name="Run">The run.</param>
/// <param name="Reason">One sentence for the operator; nothing about data.</param>
public sealed record RunCancel(RunId Run, string Reason) : IMessage<RunCancel>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RunCancel, 2, 2048, MessageReaders.Consortium, "That a run ends early, and which party ended it.");

    /// <inheritdoc/>
    public static RunCancel ReadFields(ref MessagePackReader reader) =>
        new(RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)), reader.ReadString(1024));

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Run.ToBytes());
        writer.WriteString(Reason);
    }
}
