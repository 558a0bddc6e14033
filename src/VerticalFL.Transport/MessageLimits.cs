using System.Collections.Frozen;
using VerticalFL.Messages;
using VerticalFL.Transport.Delivery;

namespace VerticalFL.Transport;

/// <summary>The size limit of every message type, from the catalog; looked up for every message that arrives.</summary>
internal static class MessageLimits
{
    private static readonly FrozenDictionary<MessageType, int> Limits = MessageCatalog.All.ToFrozenDictionary(d => d.Type, d => d.MaxBytes);

    /// <summary>The largest encoding of this type that is accepted, in bytes.</summary>
    public static int Of(MessageType type) => Limits.GetValueOrDefault(type, FrameFormat.MaxMessageBytes);
}
