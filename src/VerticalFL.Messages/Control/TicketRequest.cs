using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>An agent asks for a one-time ticket for a data connection to a peer. Both parties must ask for the same channel.</summary>
/// <param name="Request">The agent's own number of this request, from 1; the answer repeats it.</param>
/// <param name="Study">The study.</param>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Stream">The name of the stream inside the attempt: 1 to <see cref="MaxStreamLength"/> lower-case letters, digits and hyphens.</param>
/// <param name="Peer">The other party.</param>
public sealed record TicketRequest(int Request, StudyId Study, RunId Run, int Attempt, string Stream, PartyId Peer) : IMessage<TicketRequest>
{
    /// <summary>The longest <see cref="Stream"/>, in characters.</summary>
    public const int MaxStreamLength = 32;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.TicketRequest, 6, 192, MessageReaders.Coordinator, "Which two parties want to talk, in which run, attempt and stream.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Request);
        writer.WriteBinary(Study.ToBytes());
        writer.WriteBinary(Run.ToBytes());
        writer.WriteInt(Attempt);
        writer.WriteString(Stream);
        writer.WriteString(Peer.Value);
    }

    /// <inheritdoc/>
    public static TicketRequest ReadFields(ref MessagePackReader reader) => new(
        reader.ReadInt32(1, int.MaxValue),
        StudyId.FromBytes(reader.ReadBinaryExact(StudyId.Size)),
        RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
        reader.ReadInt32(1, int.MaxValue),
        ReadStream(ref reader),
        ControlFields.ReadParty(ref reader));

    /// <summary>Whether the text may name a stream.</summary>
    public static bool IsStreamName(string? text) =>
        text is { Length: >= 1 and <= MaxStreamLength } && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');

    private static string ReadStream(ref MessagePackReader reader)
    {
        string stream = reader.ReadString(MaxStreamLength);
        return IsStreamName(stream) ? stream : throw new MessageFormatException("A stream's name has lower-case letters, digits and hyphens only.");
    }
}
