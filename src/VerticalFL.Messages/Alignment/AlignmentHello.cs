using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Alignment;

/// <summary>Opens a pass of an alignment between the leader and a follower, in both directions: what each believes it takes part in.</summary>
/// <param name="Version">The version of this protocol; <see cref="CurrentVersion"/>.</param>
/// <param name="Protocol">The OPRF of the star, such as <c>vole</c>.</param>
/// <param name="Study">The study.</param>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt within the run, from 1.</param>
/// <param name="MinimumPatients">The smallest cohort with which the run goes on.</param>
/// <param name="Pass">Which of the study's keys the pass is about, from 1 to <see cref="AlignmentLimits.MaxKeys"/>.</param>
/// <param name="Size">How many distinct identifiers the sender brings to the pass.</param>
public sealed record AlignmentHello(int Version, string Protocol, StudyId Study, RunId Run, int Attempt, int MinimumPatients, int Pass, int Size)
    : IMessage<AlignmentHello>
{
    /// <summary>The version that this code speaks.</summary>
    public const int CurrentVersion = 3;

    /// <summary>The longest protocol name, in bytes.</summary>
    public const int MaxProtocolBytes = 16;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AlignmentHello, 8, 128, MessageReaders.PeerParty,
        "How many distinct patients the sender brings to a pass, and which study, run, attempt and pass it takes part in.");

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
        writer.WriteInt(Pass);
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
        reader.ReadInt32(1, AlignmentLimits.MaxKeys),
        reader.ReadInt32(0, AlignmentLimits.MaxItems));
}
