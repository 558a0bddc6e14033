using VerticalFL.Messages;
using VerticalFL.Messages.MessagePack;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Split;

namespace VerticalFL.Training.Checkpoints;

/// <summary>What the label party alone keeps of the epochs so far.</summary>
/// <param name="LossSum">The running epoch's sum of losses times rows.</param>
/// <param name="BestLoss">The lowest validation loss; infinite before the first.</param>
/// <param name="BestEpoch">Its epoch; -1 before the first.</param>
/// <param name="Losses">Every epoch's losses.</param>
internal sealed record EpochHistory(double LossSum, double BestLoss, int BestEpoch, IReadOnlyList<EpochLoss> Losses);

/// <summary>
/// One party's state between two steps. The step says which epoch and batch are next; dropout and noise are functions of the step and have no state of
/// their own; mask keys are never in here.
/// </summary>
internal sealed record Checkpoint
{
    private const int Version = 3;
    private const int HashSize = 32;
    private const int MaxEpochs = 1 << 24;

    /// <summary>Step and transcript.</summary>
    public required CheckpointMark Mark { get; init; }

    /// <summary>SHA-256 over what the party began with: its data, its first weights, its noise seed. Whatever began otherwise cannot go on from here.</summary>
    public required ReadOnlyMemory<byte> Origin { get; init; }

    /// <summary>Whether the training is over, and only evaluation is left.</summary>
    public required bool Over { get; init; }

    /// <summary>Whether some epoch's weights were kept as the best.</summary>
    public required bool Kept { get; init; }

    /// <summary>Activations clamped so far.</summary>
    public required long Saturated { get; init; }

    /// <summary>Gradient rows shortened so far.</summary>
    public required long Shortened { get; init; }

    /// <summary>Bytes that this party sent for the steps so far, before TLS; what an interruption made it repeat is not counted twice.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Messages, likewise.</summary>
    public required long MessagesSent { get; init; }

    /// <summary>Seconds that the steps so far took, likewise.</summary>
    public required double Seconds { get; init; }

    /// <summary>At the label party.</summary>
    public required EpochHistory? History { get; init; }

    /// <summary>The models' states: the bottom's and, at the label party, the top's.</summary>
    public required IReadOnlyList<byte[]> Models { get; init; }

    /// <summary>A model's state as a checkpoint holds it.</summary>
    public static byte[] StateOf(Action<Stream> save)
    {
        using var stream = new MemoryStream();
        save(stream);
        return stream.ToArray();
    }

    /// <summary>Gives a model its state back.</summary>
    public void Load(int model, Action<Stream> load)
    {
        using var stream = new MemoryStream(Models[model], writable: false);
        load(stream);
    }

    /// <summary>Writes everything as MessagePack values, one behind the other.</summary>
    public void Encode(MessagePackWriter w)
    {
        w.WriteInt(Version);
        w.WriteInt(Mark.Step);
        w.WriteBinary(Mark.Transcript.Span);
        w.WriteBinary(Origin.Span);
        w.WriteBool(Over);
        w.WriteBool(Kept);
        w.WriteInt(Saturated);
        w.WriteInt(Shortened);
        w.WriteInt(BytesSent);
        w.WriteInt(MessagesSent);
        w.WriteDouble(Seconds);
        if (History is null)
        {
            w.WriteNil();
        }
        else
        {
            w.WriteArrayHeader(History.Losses.Count);
            foreach (EpochLoss loss in History.Losses)
            {
                WriteBits(w, loss.Train);
                WriteBits(w, loss.Validation);
                WriteBits(w, loss.Metric);
            }

            WriteBits(w, History.LossSum);
            WriteBits(w, History.BestLoss);
            w.WriteInt(History.BestEpoch);
        }

        w.WriteArrayHeader(Models.Count);
        foreach (byte[] model in Models)
        {
            w.WriteBinary(model);
        }
    }

    /// <summary>Reads what <see cref="Encode"/> wrote.</summary>
    /// <exception cref="MessageFormatException">The bytes are something else, or of another version.</exception>
    public static Checkpoint Decode(ReadOnlySpan<byte> content)
    {
        var r = new MessagePackReader(content);
        r.ReadInt32(Version, Version);
        var checkpoint = new Checkpoint
        {
            Mark = new CheckpointMark(r.ReadInt64(1, long.MaxValue), r.ReadBinaryExact(CheckpointMark.TranscriptSize).ToArray()),
            Origin = r.ReadBinaryExact(HashSize).ToArray(),
            Over = r.ReadBool(),
            Kept = r.ReadBool(),
            Saturated = r.ReadInt64(0, long.MaxValue),
            Shortened = r.ReadInt64(0, long.MaxValue),
            BytesSent = r.ReadInt64(0, long.MaxValue),
            MessagesSent = r.ReadInt64(0, long.MaxValue),
            Seconds = r.ReadDouble(),
            History = ReadHistory(ref r),
            Models = ReadModels(ref r),
        };
        r.End();
        return checkpoint;
    }

    private static EpochHistory? ReadHistory(ref MessagePackReader r)
    {
        if (r.TryReadNil())
        {
            return null;
        }

        var losses = new EpochLoss[r.ReadArrayHeader(0, MaxEpochs)];
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = new EpochLoss(ReadBits(ref r), r.TryReadNil() ? null : ReadBits(ref r), r.TryReadNil() ? null : ReadBits(ref r));
        }

        return new EpochHistory(ReadBits(ref r), ReadBits(ref r), r.ReadInt32(-1, int.MaxValue), losses);
    }

    private static byte[][] ReadModels(ref MessagePackReader r)
    {
        var models = new byte[r.ReadArrayHeader(1, 2)][];
        for (int i = 0; i < models.Length; i++)
        {
            models[i] = r.ReadBinary(int.MaxValue).ToArray();
        }

        return models;
    }

    // As bits: a loss that is infinite or not a number must come back as it was, and the format's numbers are finite.
    private static void WriteBits(MessagePackWriter w, double? value)
    {
        if (value is { } number)
        {
            w.WriteInt(BitConverter.DoubleToInt64Bits(number));
        }
        else
        {
            w.WriteNil();
        }
    }

    private static double ReadBits(ref MessagePackReader r) => BitConverter.Int64BitsToDouble(r.ReadInt64(long.MinValue, long.MaxValue));
}
