using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages;

/// <summary>
/// Turns messages into bytes and back. A message is one MessagePack array: its type number, then its fields, nothing behind.
/// </summary>
public static class MessageCodec
{
    /// <summary>Writes a message behind what the writer already holds.</summary>
    /// <exception cref="ArgumentException">The encoding is larger than the type's limit.</exception>
    public static void Encode<T>(T message, MessagePackWriter writer)
        where T : IMessage<T>
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(writer);
        int start = writer.Length;
        writer.WriteArrayHeader(T.Descriptor.FieldCount + 1);
        writer.WriteInt((int)T.Descriptor.Type);
        message.WriteFields(writer);
        if (writer.Length - start > T.Descriptor.MaxBytes)
        {
            throw new ArgumentException(
                $"{T.Descriptor.Type} would take {writer.Length - start} bytes; its limit is {T.Descriptor.MaxBytes}.", nameof(message));
        }
    }

    /// <summary>The message's bytes.</summary>
    public static byte[] Encode<T>(T message)
        where T : IMessage<T>
    {
        var writer = new MessagePackWriter();
        Encode(message, writer);
        return writer.Written.ToArray();
    }

    /// <summary>Which message these bytes claim to be; nothing else is read.</summary>
    /// <exception cref="MessageFormatException">No type number stands where it should, or it is not one of ours.</exception>
    public static MessageType PeekType(ReadOnlySpan<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        reader.ReadArrayHeader(1, 64);
        var type = (MessageType)reader.ReadInt32(1, ushort.MaxValue);
        return Enum.IsDefined(type) ? type : throw new MessageFormatException($"There is no message number {(int)type}.");
    }

    /// <summary>Reads exactly one message of the given type.</summary>
    /// <exception cref="MessageFormatException">The bytes are something else.</exception>
    public static T Decode<T>(ReadOnlySpan<byte> bytes)
        where T : IMessage<T> => Decode<T>(new MessagePackReader(bytes));

    /// <summary>Reads exactly one message of the given type; its bulk data is a part of the memory, which must not change any more.</summary>
    /// <exception cref="MessageFormatException">The bytes are something else.</exception>
    public static T Decode<T>(ReadOnlyMemory<byte> bytes)
        where T : IMessage<T> => Decode<T>(new MessagePackReader(bytes));

    private static T Decode<T>(MessagePackReader reader)
        where T : IMessage<T>
    {
        MessageDescriptor descriptor = T.Descriptor;
        if (reader.Remaining > descriptor.MaxBytes)
        {
            throw new MessageFormatException($"{descriptor.Type} has {reader.Remaining} bytes; its limit is {descriptor.MaxBytes}.");
        }

        reader.ReadArrayHeader(descriptor.FieldCount + 1, descriptor.FieldCount + 1);
        int type = reader.ReadInt32(0, ushort.MaxValue);
        if (type != (int)descriptor.Type)
        {
            throw new MessageFormatException($"Expected {descriptor.Type}, got message number {type}.");
        }

        T message = T.ReadFields(ref reader);
        reader.End();
        return message;
    }
}
