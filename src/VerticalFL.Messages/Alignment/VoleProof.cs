using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>The follower's answer to <see cref="VoleChallenge"/>.</summary>
/// <param name="Proof">32 bytes, a hash.</param>
public sealed record VoleProof(ReadOnlyMemory<byte> Proof) : IMessage<VoleProof>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.VoleProof, 1, AlignmentLimits.Overhead + AlignmentLimits.KeySize, MessageReaders.PeerParty,
        "Whether the follower's random trees were made as the protocol says; nothing about patients.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Proof.Span);
    }

    /// <inheritdoc/>
    public static VoleProof ReadFields(ref MessagePackReader reader) => new(reader.ReadBinaryExact(AlignmentLimits.KeySize).ToArray());
}
