using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>What a masked sum is for; part of the mask's counter block, so that no two purposes share a mask.</summary>
public enum ActivationPurpose
{
    /// <summary>A training batch; gradients follow.</summary>
    Training = 1,

    /// <summary>The validation rows after an epoch.</summary>
    Validation = 2,

    /// <summary>The final predictions on training, validation and test rows.</summary>
    Evaluation = 3,

    /// <summary>Predictions for new patients, in a run of their own.</summary>
    Prediction = 4,
}

/// <summary>One feature party's activations at the cut for one piece of rows: fixed point plus masks, modulo the ring.</summary>
public sealed record MaskedActivations : IMessage<MaskedActivations>
{
    /// <summary>The most values (rows times cut width) in one message: 2^23, which are 32 MiB.</summary>
    public const int MaxValues = 1 << 23;

    /// <summary>The most values in a ring whose elements may be longer than 32 bits.</summary>
    /// <param name="ring">The study's word for it.</param>
    public static int MaxValuesOf(string ring) => ring == "u64.24" ? MaxValues / 2 : MaxValues;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.MaskedActivations, 4, (MaxValues * sizeof(uint)) + 64, MessageReaders.PeerParty,
        "Uniformly random numbers by themselves; the label party learns the sum over the feature parties (with one feature party: its activations).");

    /// <summary>What for.</summary>
    public required ActivationPurpose Purpose { get; init; }

    /// <summary>The step within the purpose: the batch counter of the run, the epoch, or the part that is evaluated.</summary>
    public required long Step { get; init; }

    /// <summary>The piece of rows within the step.</summary>
    public required int Microbatch { get; init; }

    /// <summary>rows x cut width ring elements, row by row, 32, 16 or 64 bits each as the study says, little endian.</summary>
    public required ReadOnlyMemory<byte> Values { get; init; }

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt((int)Purpose);
        writer.WriteInt(Step);
        writer.WriteInt(Microbatch);
        writer.WriteBinary(Values.Span);
    }

    /// <inheritdoc/>
    public static MaskedActivations ReadFields(ref MessagePackReader reader) => new()
    {
        Purpose = (ActivationPurpose)reader.ReadInt32((int)ActivationPurpose.Training, (int)ActivationPurpose.Prediction),
        Step = reader.ReadInt64(0, (1L << 40) - 1),
        Microbatch = reader.ReadInt32(0, ushort.MaxValue),
        Values = reader.ReadBulk(MaxValues * sizeof(uint)),
    };
}
