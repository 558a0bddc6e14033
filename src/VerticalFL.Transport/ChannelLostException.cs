using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Transport;

/// <summary>A peer could not be reached within the resume deadline, or the channel was closed.</summary>
public sealed class ChannelLostException : IOException
{
    /// <summary>Names the peer and the reason.</summary>
    public ChannelLostException(PartyId peer, string reason, Exception? inner = null)
        : base($"The channel to party '{peer}' is lost: {reason}.", inner)
    {
        Peer = peer;
    }

    /// <summary>Makes the exception.</summary>
    public ChannelLostException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public ChannelLostException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public ChannelLostException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The peer.</summary>
    public PartyId Peer { get; }

    /// <summary>The kind of reason, as others may be told it.</summary>
    public LinkFault Fault { get; init; } = LinkFault.Cut;
}
