using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>
/// A link of a run is missing at a party, or is up again after that, for the coordinator's console. Times are durations, so that no clock of the
/// party travels.
/// </summary>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt, from 1.</param>
/// <param name="Peer">The party at the other end.</param>
/// <param name="IsUp">Whether it is up again.</param>
/// <param name="Fault">Why it is missing; when it is up again, the reason that held longest.</param>
/// <param name="DownMilliseconds">For how long it has been, or was, missing.</param>
/// <param name="Tries">How often it has been dialled in vain since then.</param>
/// <param name="NextTryMilliseconds">When it is dialled again; 0 when it is being dialled, and when it is up.</param>
public sealed record LinkReport(
    RunId Run, int Attempt, PartyId Peer, bool IsUp, LinkFault Fault, int DownMilliseconds, int Tries, int NextTryMilliseconds) : IMessage<LinkReport>
{
    /// <summary>The longest duration that is told; a longer one is told as this.</summary>
    public const int MaxMilliseconds = int.MaxValue;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.LinkReport, 8, 128, MessageReaders.Coordinator, "Which two parties lack a link, which kind of reason it has, since when, and when it is tried again.");

    /// <inheritdoc/>
    public static LinkReport ReadFields(ref MessagePackReader reader) => new(
        RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
        reader.ReadInt32(1, int.MaxValue),
        ControlFields.ReadParty(ref reader),
        reader.ReadBool(),
        ControlFields.ReadFault(ref reader),
        reader.ReadInt32(0, MaxMilliseconds),
        reader.ReadInt32(0, int.MaxValue),
        reader.ReadInt32(0, MaxMilliseconds));

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Run.ToBytes());
        writer.WriteInt(Attempt);
        writer.WriteString(Peer.Value);
        writer.WriteBool(IsUp);
        writer.WriteInt((int)Fault);
        writer.WriteInt(DownMilliseconds);
        writer.WriteInt(Tries);
        writer.WriteInt(NextTryMilliseconds);
    }
}
