using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>One party's name and the hash of its weights.</summary>
/// <param name="Party">The party.</param>
/// <param name="Hash">SHA-256 over its final weights, 32 bytes.</param>
public sealed record ModelPart(PartyId Party, ReadOnlyMemory<byte> Hash);

/// <summary>The label party ends the training: every part's hash and the model's.</summary>
public sealed record RunSummary : IMessage<RunSummary>
{
    /// <summary>The most parts: one label party and eight feature parties.</summary>
    public const int MaxParts = 9;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RunSummary, 2, 1024, MessageReaders.PeerParty,
        "Hashes of every party's final weights; no weight and no value.");

    /// <summary>Every party's part, in ordinal order of party ids.</summary>
    public required IReadOnlyList<ModelPart> Parts { get; init; }

    /// <summary>SHA-256 over the parts' hashes in that order.</summary>
    public required ReadOnlyMemory<byte> ModelHash { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteArrayHeader(Parts.Count);
        foreach (ModelPart part in Parts)
        {
            writer.WriteArrayHeader(2);
            writer.WriteString(part.Party.Value);
            writer.WriteBinary(part.Hash.Span);
        }

        writer.WriteBinary(ModelHash.Span);
    }

    /// <inheritdoc/>
    public static RunSummary ReadFields(ref MessagePackReader reader)
    {
        var parts = new ModelPart[reader.ReadArrayHeader(1, MaxParts)];
        for (int i = 0; i < parts.Length; i++)
        {
            reader.ReadArrayHeader(2, 2);
            string party = reader.ReadString(PartyId.MaxLength);
            parts[i] = PartyId.IsValid(party)
                ? new ModelPart(new PartyId(party), reader.ReadBinaryExact(PartSummary.HashSize).ToArray())
                : throw new MessageFormatException("A part names no valid party.");
            if (i > 0 && parts[i - 1].Party >= parts[i].Party)
            {
                throw new MessageFormatException("The parts are not in ordinal order of their parties.");
            }
        }

        return new RunSummary { Parts = parts, ModelHash = reader.ReadBinaryExact(PartSummary.HashSize).ToArray() };
    }
}
