using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>A feature party tells which checkpoints of this run it could go on from; at the start of every attempt.</summary>
public sealed record ResumeOffer : IMessage<ResumeOffer>
{
    /// <summary>The most checkpoints that a party keeps.</summary>
    public const int MaxHeld = 2;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.ResumeOffer, 1, 128, MessageReaders.PeerParty,
        "Up to which steps the party keeps checkpoints, with hashes of what the reader itself has sent; no weight and no value.");

    /// <summary>None to two, ascending by step.</summary>
    public required IReadOnlyList<CheckpointMark> Held { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteArrayHeader(Held.Count);
        foreach (CheckpointMark mark in Held)
        {
            CheckpointFields.Write(writer, mark);
        }
    }

    /// <inheritdoc/>
    public static ResumeOffer ReadFields(ref MessagePackReader reader)
    {
        var held = new CheckpointMark[reader.ReadArrayHeader(0, MaxHeld)];
        for (int i = 0; i < held.Length; i++)
        {
            held[i] = CheckpointFields.ReadMark(ref reader);
            if (i > 0 && held[i - 1].Step >= held[i].Step)
            {
                throw new MessageFormatException("The checkpoints are not in ascending order of their steps.");
            }
        }

        return new ResumeOffer { Held = held };
    }
}
