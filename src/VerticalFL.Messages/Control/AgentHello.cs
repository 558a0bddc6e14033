using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>An agent introduces itself: the first message of a control connection.</summary>
/// <param name="Version">The version of the control protocol, see <see cref="CurrentVersion"/>.</param>
/// <param name="Party">Who the agent works for; must equal the party in its certificate.</param>
/// <param name="Software">Name and version of the agent's software, for the operator's eyes: at most <see cref="MaxSoftwareBytes"/> bytes.</param>
/// <param name="Incarnation"><see cref="IncarnationSize"/> random bytes drawn when the agent's process started: another value means that its memory is gone.</param>
public sealed record AgentHello(int Version, PartyId Party, string Software, ReadOnlyMemory<byte> Incarnation) : IMessage<AgentHello>
{
    /// <summary>The version of the control protocol that this code speaks.</summary>
    public const int CurrentVersion = 1;

    /// <summary>The longest <see cref="Software"/>, in UTF-8 bytes.</summary>
    public const int MaxSoftwareBytes = 64;

    /// <summary>The size of <see cref="Incarnation"/> in bytes.</summary>
    public const int IncarnationSize = 16;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AgentHello, 4, 160, MessageReaders.Coordinator, "That the named party's agent is online, which software it runs, and whether it restarted.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Version);
        writer.WriteString(Party.Value);
        writer.WriteString(Software);
        writer.WriteBinary(Incarnation.Span);
    }

    /// <inheritdoc/>
    public static AgentHello ReadFields(ref MessagePackReader reader) => new(
        reader.ReadInt32(1, ushort.MaxValue),
        ControlFields.ReadParty(ref reader),
        reader.ReadString(MaxSoftwareBytes),
        reader.ReadBinaryExact(IncarnationSize).ToArray());
}
