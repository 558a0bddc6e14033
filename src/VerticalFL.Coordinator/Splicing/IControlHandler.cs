using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>What the registry does with agents. The relay itself answers pings and ticket requests.</summary>
public interface IControlHandler
{
    /// <summary>An agent was welcomed. For one party, the older session's disconnect always comes first.</summary>
    ValueTask OnConnectedAsync(AgentSession session, CancellationToken cancellationToken);

    /// <summary>A message of an agent; one at a time for each session, in order. A <see cref="PeerProtocolException"/> ends the session.</summary>
    ValueTask OnMessageAsync(AgentSession session, ReceivedMessage message, CancellationToken cancellationToken);

    /// <summary>The agent is gone.</summary>
    ValueTask OnDisconnectedAsync(AgentSession session);

    /// <summary>Whether two parties may talk in this study, run, attempt and stream.</summary>
    /// <param name="a">The party that asks.</param>
    /// <param name="b">The peer.</param>
    /// <param name="request">What it asks for.</param>
    /// <param name="reason">When not: one sentence for the agent.</param>
    bool MayConnect(PartyId a, PartyId b, TicketRequest request, out string reason);
}
