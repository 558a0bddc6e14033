using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Transport.Delivery;

/// <summary>Why a channel is over; set once, told to every later caller.</summary>
/// <param name="Peer">The peer.</param>
/// <param name="Reason">One clause without a full stop.</param>
/// <param name="Fault">Which kind of reason.</param>
/// <param name="Cause">What led to it, if anything.</param>
internal sealed record ChannelEnd(PartyId Peer, string Reason, LinkFault Fault, Exception? Cause = null)
{
    /// <summary>A fresh exception for a caller, so that no two callers share a stack trace.</summary>
    public Exception ToException() => Cause is PeerProtocolException broken
        ? new PeerProtocolException(Peer, broken.Step, Reason, broken)
        : new ChannelLostException(Peer, Reason, Cause) { Fault = Fault };
}
