using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>What a training took.</summary>
/// <param name="Epochs">Epochs that were trained.</param>
/// <param name="Seconds">Seconds of the training and its evaluation.</param>
/// <param name="Bytes">Bytes that all parties sent for it, before TLS.</param>
public sealed record MeasuredTraining(int Epochs, double Seconds, long Bytes)
{
    private const int Fields = 3;

    /// <summary>Reads nil, or the figures.</summary>
    internal static MeasuredTraining? Read(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        reader.ReadArrayHeader(Fields, Fields);
        return new MeasuredTraining(reader.ReadInt32(1, int.MaxValue), ControlFields.ReadSeconds(ref reader), reader.ReadInt64(0, long.MaxValue));
    }

    internal static void Write(MessagePackWriter writer, MeasuredTraining? measured)
    {
        if (measured is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(Fields);
        writer.WriteInt(measured.Epochs);
        writer.WriteDouble(measured.Seconds);
        writer.WriteInt(measured.Bytes);
    }
}
