using VerticalFL.Messages;

namespace VerticalFL.Alignment.Star;

/// <summary>Whom this side listens to, and at which step: what a refusal names.</summary>
internal readonly record struct PeerStep(PartyId Peer, string Step)
{
    public PeerProtocolException Refuse(string problem) => new(Peer, "alignment: " + Step, problem);
}
