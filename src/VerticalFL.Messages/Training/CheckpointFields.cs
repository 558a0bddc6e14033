using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Training;

/// <summary>The fields that several messages about checkpoints share.</summary>
internal static class CheckpointFields
{
    /// <summary>Steps are below 2^40, as in the masks' counter block.</summary>
    public const long MaxStep = (1L << 40) - 1;

    public static void Write(MessagePackWriter writer, long? heldByAll)
    {
        if (heldByAll is { } step)
        {
            writer.WriteInt(step);
        }
        else
        {
            writer.WriteNil();
        }
    }

    public static long? Read(ref MessagePackReader reader) => reader.TryReadNil() ? null : reader.ReadInt64(0, MaxStep);

    public static void Write(MessagePackWriter writer, CheckpointMark mark)
    {
        writer.WriteArrayHeader(2);
        writer.WriteInt(mark.Step);
        writer.WriteBinary(mark.Transcript.Span);
    }

    public static CheckpointMark ReadMark(ref MessagePackReader reader)
    {
        reader.ReadArrayHeader(2, 2);
        return new CheckpointMark(reader.ReadInt64(1, MaxStep), reader.ReadBinaryExact(CheckpointMark.TranscriptSize).ToArray());
    }
}
