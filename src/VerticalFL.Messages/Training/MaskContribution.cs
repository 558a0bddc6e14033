using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>
/// One feature party's half of the fresh randomness from which it and one other feature party derive their mask key
/// (<c>protocols/training/masked-sum.md</c>). Never sent to or through the label party.
/// </summary>
public sealed record MaskContribution : IMessage<MaskContribution>
{
    /// <summary>The size of a contribution, in bytes.</summary>
    public const int Size = 32;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.MaskContribution, 2, 64, MessageReaders.PeerParty,
        "Random bytes from which two feature parties make the masks of one attempt; nothing about patients.");

    /// <summary>The attempt that the masks are for, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>32 bytes from the operating system's generator, made for this pair and attempt.</summary>
    public required ReadOnlyMemory<byte> Contribution { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Attempt);
        writer.WriteBinary(Contribution.Span);
    }

    /// <inheritdoc/>
    public static MaskContribution ReadFields(ref MessagePackReader reader) => new()
    {
        Attempt = reader.ReadInt32(1, int.MaxValue),
        Contribution = reader.ReadBinaryExact(Size).ToArray(),
    };
}
