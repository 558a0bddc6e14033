using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>The coordinator refuses a request, or the whole control connection, and says why.</summary>
/// <param name="Request">The number of the refused request; 0 for the connection itself.</param>
/// <param name="Code">The reason for machines.</param>
/// <param name="Reason">The reason as one sentence: at most <see cref="MaxReasonBytes"/> bytes.</param>
public sealed record Refusal(int Request, RefusalCode Code, string Reason) : IMessage<Refusal>
{
    /// <summary>The longest <see cref="Reason"/>, in UTF-8 bytes.</summary>
    public const int MaxReasonBytes = 512;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.Refusal, 3, 640, MessageReaders.Consortium, "Why the coordinator refused: names of parties, never anything about patients.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Request);
        writer.WriteInt((int)Code);
        writer.WriteString(Reason);
    }

    /// <inheritdoc/>
    public static Refusal ReadFields(ref MessagePackReader reader) => new(
        reader.ReadInt32(0, int.MaxValue),
        (RefusalCode)reader.ReadInt32((int)RefusalCode.Certificate, (int)RefusalCode.Superseded),
        reader.ReadString(MaxReasonBytes));
}
