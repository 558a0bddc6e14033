using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>The leader's check of the follower's sums.</summary>
/// <param name="Challenge">One element of the field.</param>
public sealed record VoleChallenge(ReadOnlyMemory<byte> Challenge) : IMessage<VoleChallenge>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.VoleChallenge, 1, AlignmentLimits.Overhead + AlignmentLimits.VoleBlockSize, MessageReaders.PeerParty,
        "Nothing: a random combination under a random mask.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Challenge.Span);
    }

    /// <inheritdoc/>
    public static VoleChallenge ReadFields(ref MessagePackReader reader) => new(reader.ReadBinaryExact(AlignmentLimits.VoleBlockSize).ToArray());
}
