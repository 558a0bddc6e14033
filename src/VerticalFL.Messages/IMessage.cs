using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages;

/// <summary>One message that may cross an organisation's wall.</summary>
/// <typeparam name="TSelf">The message's own type.</typeparam>
public interface IMessage<TSelf>
    where TSelf : IMessage<TSelf>
{
    /// <summary>Number, name, size limit and readers of this message: what <c>protocols/messages</c> lists.</summary>
    static abstract MessageDescriptor Descriptor { get; }

    /// <summary>Writes exactly <see cref="MessageDescriptor.FieldCount"/> MessagePack values.</summary>
    void WriteFields(MessagePackWriter writer);

    /// <summary>Reads what <see cref="WriteFields"/> wrote, checking every length and range before it allocates.</summary>
    /// <exception cref="MessageFormatException">The bytes are not this message.</exception>
    static abstract TSelf ReadFields(ref MessagePackReader reader);
}
