using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>The leader's answer to a follower's <see cref="VoleRequest"/>.</summary>
/// <param name="Answer">Answers of the base transfers and the extension's masked columns; the length follows from the leader's size.</param>
public sealed record VoleAnswer(ReadOnlyMemory<byte> Answer) : IMessage<VoleAnswer>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.VoleAnswer, 1, AlignmentLimits.Overhead + AlignmentLimits.MaxVoleAnswerSize, MessageReaders.PeerParty,
        "Nothing but the size of the leader's set, which the follower knows: the rest is masked with fresh random bytes.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Answer.Span);
    }

    /// <inheritdoc/>
    public static VoleAnswer ReadFields(ref MessagePackReader reader) => new(reader.ReadBinary(AlignmentLimits.MaxVoleAnswerSize).ToArray());
}
