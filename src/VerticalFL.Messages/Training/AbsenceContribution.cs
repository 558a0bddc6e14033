using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>
/// One feature party's share of the seed by which all feature parties draw who is absent from a step of the training. Never sent to or through the label
/// party; the same in every attempt of a run.
/// </summary>
public sealed record AbsenceContribution : IMessage<AbsenceContribution>
{
    /// <summary>The size of a contribution, in bytes.</summary>
    public const int Size = 32;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AbsenceContribution, 1, 48, MessageReaders.PeerParty,
        "Secret bytes from which feature parties draw who is absent from a step of the training; nothing about patients.");

    /// <summary>32 bytes of the party's secret seed for this study.</summary>
    public required ReadOnlyMemory<byte> Contribution { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Contribution.Span);
    }

    /// <inheritdoc/>
    public static AbsenceContribution ReadFields(ref MessagePackReader reader) => new() { Contribution = reader.ReadBinaryExact(Size).ToArray() };
}
