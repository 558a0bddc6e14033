using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>
/// A party's progress, for the coordinator's console. The agent leaves out what the study does not release.
/// </summary>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt that it is about, from 1.</param>
/// <param name="Station">Where the party is.</param>
/// <param name="Percent">How much of the station is done, 0 to 100.</param>
/// <param name="ValidationLoss">The newest validation loss, an aggregate over all validation rows; released only when the study says so.</param>
/// <param name="RowsPerSecond">Training speed; released only when the study says so.</param>
/// <param name="Epoch">The epoch, from 1, behind which the validation loss stood; null without one.</param>
public sealed record RunProgress(RunId Run, int Attempt, Station Station, int Percent, double? ValidationLoss = null, double? RowsPerSecond = null, int? Epoch = null)
    : IMessage<RunProgress>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.RunProgress, 8, 256, MessageReaders.Coordinator, "Station and percent; validation loss with its epoch, and speed with the forecast of seconds and bytes, only if the study releases them.");

    /// <summary>The newest forecast of the label party, and what was then measured; released with the speed, only when the study says so.</summary>
    public RunForecast? Forecast { get; init; }

    /// <inheritdoc/>
    public static RunProgress ReadFields(ref MessagePackReader reader) => new(
        RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
        reader.ReadInt32(1, int.MaxValue),
        (Station)reader.ReadInt32((int)Station.Connecting, (int)Station.Predicting),
        reader.ReadInt32(0, 100),
        reader.TryReadNil() ? null : reader.ReadDouble(),
        reader.TryReadNil() ? null : reader.ReadDouble(),
        reader.TryReadNil() ? null : reader.ReadInt32(1, int.MaxValue))
    {
        Forecast = RunForecast.Read(ref reader),
    };

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Run.ToBytes());
        writer.WriteInt(Attempt);
        writer.WriteInt((int)Station);
        writer.WriteInt(Percent);
        WriteNumber(writer, ValidationLoss);
        WriteNumber(writer, RowsPerSecond);
        if (Epoch is { } epoch)
        {
            writer.WriteInt(epoch);
        }
        else
        {
            writer.WriteNil();
        }

        RunForecast.Write(writer, Forecast);
    }

    private static void WriteNumber(MessagePackWriter writer, double? value)
    {
        if (value is { } number)
        {
            writer.WriteDouble(number);
        }
        else
        {
            writer.WriteNil();
        }
    }
}
