using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>A time for which a party lacked the link to a peer.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Party">Who told it.</param>
/// <param name="Peer">The party at the other end.</param>
/// <param name="Fault">The reason that held longest.</param>
/// <param name="Began">When, by the coordinator's clock.</param>
/// <param name="Down">For how long.</param>
internal sealed record LinkOutage(int Attempt, PartyId Party, PartyId Peer, LinkFault Fault, DateTimeOffset Began, TimeSpan Down);
