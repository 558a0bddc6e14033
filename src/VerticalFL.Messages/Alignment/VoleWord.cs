using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>The follower opens its commitment once the table is there.</summary>
/// <param name="Word">16 random bytes.</param>
public sealed record VoleWord(ReadOnlyMemory<byte> Word) : IMessage<VoleWord>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.VoleWord, 1, AlignmentLimits.Overhead + AlignmentLimits.VoleBlockSize, MessageReaders.PeerParty,
        "Nothing: random bytes that were committed to before.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Word.Span);
    }

    /// <inheritdoc/>
    public static VoleWord ReadFields(ref MessagePackReader reader) => new(reader.ReadBinaryExact(AlignmentLimits.VoleBlockSize).ToArray());
}
