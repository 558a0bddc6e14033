using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>A feature party's account of its part of the training.</summary>
public sealed record PartSummary : IMessage<PartSummary>
{
    /// <summary>The size of a hash, in bytes.</summary>
    public const int HashSize = 32;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.PartSummary, 3, 64, MessageReaders.PeerParty,
        "A hash of the party's final weights and how much it has sent; no weight and no value.");

    /// <summary>SHA-256 over the party's final weights.</summary>
    public required ReadOnlyMemory<byte> PartHash { get; init; }

    /// <summary>Bytes that the party has sent to all parties since training began, before TLS, without this message.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Messages that the party has sent to all parties since training began, without this one.</summary>
    public required long MessagesSent { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(PartHash.Span);
        writer.WriteInt(BytesSent);
        writer.WriteInt(MessagesSent);
    }

    /// <inheritdoc/>
    public static PartSummary ReadFields(ref MessagePackReader reader) => new()
    {
        PartHash = reader.ReadBinaryExact(HashSize).ToArray(),
        BytesSent = reader.ReadInt64(0, long.MaxValue),
        MessagesSent = reader.ReadInt64(0, long.MaxValue),
    };
}
