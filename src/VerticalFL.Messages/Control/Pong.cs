using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>The answer to <see cref="Ping"/>.</summary>
/// <param name="Number">A number that the answer repeats.</param>
public sealed record Pong(int Number) : IMessage<Pong>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(MessageType.Pong, 1, 16, MessageReaders.Coordinator, "That the sender is alive.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Number);
    }

    /// <inheritdoc/>
    public static Pong ReadFields(ref MessagePackReader reader) => new(reader.ReadInt32(0, int.MaxValue));
}
