using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>The leader tells each follower the size of every party's set.</summary>
/// <param name="Parties">Every party, the leader first, the others ordinally.</param>
/// <param name="Sizes">The size of each party's set, in the order of <paramref name="Parties"/>.</param>
public sealed record AlignmentSizes(IReadOnlyList<PartyId> Parties, IReadOnlyList<int> Sizes) : IMessage<AlignmentSizes>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AlignmentSizes, 1, AlignmentLimits.Overhead + (AlignmentLimits.MaxParties * (PartyId.MaxLength + 16)),
        MessageReaders.PeerParty,
        "How many distinct patients each party brings to a pass.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteArrayHeader(Parties.Count);
        for (int i = 0; i < Parties.Count; i++)
        {
            writer.WriteArrayHeader(2);
            writer.WriteString(Parties[i].Value);
            writer.WriteInt(Sizes[i]);
        }
    }

    /// <inheritdoc/>
    public static AlignmentSizes ReadFields(ref MessagePackReader reader)
    {
        int count = reader.ReadArrayHeader(AlignmentLimits.MinParties, AlignmentLimits.MaxParties);
        var parties = new PartyId[count];
        int[] sizes = new int[count];
        for (int i = 0; i < count; i++)
        {
            reader.ReadArrayHeader(2, 2);
            string id = reader.ReadString(PartyId.MaxLength);
            parties[i] = PartyId.IsValid(id) ? new PartyId(id) : throw new MessageFormatException("A party id is not one.");
            sizes[i] = reader.ReadInt32(0, AlignmentLimits.MaxItems);
        }

        return new AlignmentSizes(parties, sizes);
    }
}
