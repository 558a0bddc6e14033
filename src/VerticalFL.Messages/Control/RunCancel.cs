using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>A run must end now: somebody cancelled it, or another party could not go on.</summary>
/// <param name="Run">The run.</param>
/// <param name="Reason">One sentence for the operator; nothing about data.</param>
public sealed record RunCancel(RunId Run, string Reason) : IMessage<RunCancel>
{
    /// <summary>How the run ended at the party that ended it; null when an operator cancelled it at the coordinator.</summary>
    public RunOutcome? Cause { get; init; }

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RunCancel, 3, 2048, MessageReaders.Consortium, "That a run ends early, which party ended it, and which kind of end that was.");

    /// <inheritdoc/>
    public static RunCancel ReadFields(ref MessagePackReader reader) =>
        new(RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)), reader.ReadString(1024))
        {
            Cause = reader.TryReadNil() ? null : (RunOutcome)reader.ReadInt32((int)RunOutcome.Cancelled, (int)RunOutcome.Failed),
        };

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Run.ToBytes());
        writer.WriteString(Reason);
        if (Cause is { } cause)
        {
            writer.WriteInt((int)cause);
        }
        else
        {
            writer.WriteNil();
        }
    }
}
