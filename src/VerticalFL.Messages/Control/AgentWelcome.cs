using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>The coordinator accepts the agent: the first message back on a control connection.</summary>
/// <param name="Version">The version of the control protocol that both speak from here on.</param>
/// <param name="Software">Name and version of the coordinator's software: at most <see cref="AgentHello.MaxSoftwareBytes"/> bytes.</param>
public sealed record AgentWelcome(int Version, string Software) : IMessage<AgentWelcome>
{
    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.AgentWelcome, 2, 96, MessageReaders.Consortium, "Which software the coordinator runs.");

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt(Version);
        writer.WriteString(Software);
    }

    /// <inheritdoc/>
    public static AgentWelcome ReadFields(ref MessagePackReader reader) =>
        new(reader.ReadInt32(1, ushort.MaxValue), reader.ReadString(AgentHello.MaxSoftwareBytes));
}
