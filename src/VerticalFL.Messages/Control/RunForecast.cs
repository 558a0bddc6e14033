using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>
/// What the label party expects a training to take, for the coordinator's console: durations and bytes of all parties together. Memory is not among them: it
/// tells of the label party's machine and table alone.
/// </summary>
/// <param name="Model">Which of the study's models, from 1.</param>
/// <param name="TimedSteps">Steps by which the time was taken.</param>
/// <param name="Epochs">The most epochs there can be.</param>
/// <param name="SecondsPerEpoch">Seconds of an epoch with its validation.</param>
/// <param name="Seconds">Seconds of the most epochs and the evaluation.</param>
/// <param name="BytesPerEpoch">Bytes that all parties send in an epoch, before TLS.</param>
/// <param name="Bytes">Bytes that all parties send for the most epochs.</param>
public sealed record RunForecast(int Model, int TimedSteps, int Epochs, double SecondsPerEpoch, double Seconds, long BytesPerEpoch, long Bytes)
{
    private const int Fields = 8;

    /// <summary>What it took; null until it is over.</summary>
    public MeasuredTraining? Measured { get; init; }

    /// <summary>Reads nil, or the figures.</summary>
    internal static RunForecast? Read(ref MessagePackReader reader)
    {
        if (reader.TryReadNil())
        {
            return null;
        }

        reader.ReadArrayHeader(Fields, Fields);
        return new RunForecast(
            reader.ReadInt32(1, int.MaxValue),
            reader.ReadInt32(1, int.MaxValue),
            reader.ReadInt32(1, int.MaxValue),
            ControlFields.ReadSeconds(ref reader),
            ControlFields.ReadSeconds(ref reader),
            reader.ReadInt64(0, long.MaxValue),
            reader.ReadInt64(0, long.MaxValue))
        {
            Measured = MeasuredTraining.Read(ref reader),
        };
    }

    internal static void Write(MessagePackWriter writer, RunForecast? forecast)
    {
        if (forecast is null)
        {
            writer.WriteNil();
            return;
        }

        writer.WriteArrayHeader(Fields);
        writer.WriteInt(forecast.Model);
        writer.WriteInt(forecast.TimedSteps);
        writer.WriteInt(forecast.Epochs);
        writer.WriteDouble(forecast.SecondsPerEpoch);
        writer.WriteDouble(forecast.Seconds);
        writer.WriteInt(forecast.BytesPerEpoch);
        writer.WriteInt(forecast.Bytes);
        MeasuredTraining.Write(writer, forecast.Measured);
    }
}
