using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>Are you there: asked by an agent on an idle control connection.</summary>
/// <param name="Number">A number that the answer repeats.</param>
public sealed record Ping(int Number) : IMessage<Ping>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(MessageType.Ping, 1, 16, MessageReaders.Coordinator, "That the sender is alive.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Number);
    }

    /// <inheritdoc/>
    public static Ping ReadFields(ref MessagePackReader reader) => new(reader.ReadInt32(0, int.MaxValue));
}
