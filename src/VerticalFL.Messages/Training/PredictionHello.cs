using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>What the sender was ordered to predict, before anything else is said: every party compares it with its own order, so that nobody predicts for another purpose than its peers.</summary>
public sealed record PredictionHello : IMessage<PredictionHello>
{
    /// <summary>The size of the hash, in bytes.</summary>
    public const int HashSize = 32;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.PredictionHello, 1, 48, MessageReaders.PeerParty, "That the party was ordered the same prediction as the reader, or another one.");

    /// <summary>SHA-256 over the terms, 32 bytes.</summary>
    public required ReadOnlyMemory<byte> Terms { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Terms.Span);
    }

    /// <inheritdoc/>
    public static PredictionHello ReadFields(ref MessagePackReader reader) => new() { Terms = reader.ReadBinaryExact(HashSize).ToArray() };
}
