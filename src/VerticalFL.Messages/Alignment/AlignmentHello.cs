using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>Opens an alignment between the leader and a follower, in both directions: what each believes it takes part in.</summary>
/// <param name="Version">The version of this protocol; <see cref="CurrentVersion"/>.</param>
/// <param name="Protocol">The OPRF of the star, such as <c>vole</c>.</param>
/// <param name="Study">The study.</param>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt within the run, from 1.</param>
/// <param name="MinimumPatients">The smallest cohort with which the run goes on.</param>
/// <param name="Size">How many distinct identifiers the sender brings.</param>
public sealed record AlignmentHello(int Version, string Protocol, StudyId Study, RunId Run, int Attempt, int MinimumPatients, int Size)
    : IMessage<AlignmentHello>
{
    /// <summary>The version that this code speaks.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The longest protocol name, in bytes.</summary>
    public const int MaxProtocolBytes = 16;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AlignmentHello, 7, 128, MessageReaders.PeerParty,
        "How many distinct patients the sender brings to the study, and which study, run and attempt it takes part in.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Version);
        writer.WriteString(Protocol);
        writer.WriteBinary(Study.ToBytes());
        writer.WriteBinary(Run.ToBytes());
        writer.WriteInt(Attempt);
        writer.WriteInt(MinimumPatients);
        writer.WriteInt(Size);
    }

    /// <inheritdoc/>
    public static AlignmentHello ReadFields(ref MessagePackReader reader) => new(
        reader.ReadInt32(1, ushort.MaxValue),
        reader.ReadString(MaxProtocolBytes),
        StudyId.FromBytes(reader.ReadBinaryExact(StudyId.Size)),
        RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
        reader.ReadInt32(1, int.MaxValue),
        reader.ReadInt32(1, int.MaxValue),
        reader.ReadInt32(0, AlignmentLimits.MaxItems));
}
