using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>Opens a follower's oblivious linear evaluation with the leader.</summary>
/// <param name="Request">Its base transfers' request and its commitment.</param>
public sealed record VoleRequest(ReadOnlyMemory<byte> Request) : IMessage<VoleRequest>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.VoleRequest, 1, AlignmentLimits.Overhead + AlignmentLimits.VoleRequestSize, MessageReaders.PeerParty,
        "Nothing: group elements that hide the follower's key, and a commitment to random bytes.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Request.Span);
    }

    /// <inheritdoc/>
    public static VoleRequest ReadFields(ref MessagePackReader reader) => new(reader.ReadBinaryExact(AlignmentLimits.VoleRequestSize).ToArray());
}
