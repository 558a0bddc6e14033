using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>A link that is missing, as one of its two parties tells it.</summary>
/// <param name="Party">Who tells it.</param>
/// <param name="Peer">The party at the other end.</param>
/// <param name="Fault">Why it is missing.</param>
/// <param name="DownSeconds">For how long it has been.</param>
/// <param name="Tries">How often it has been dialled in vain.</param>
/// <param name="CircuitOpen">Whether it is dialled only now and then: the first tries, in quick succession, were in vain.</param>
/// <param name="NextTrySeconds">When it is dialled again; 0 when it is being dialled.</param>
public sealed record LinkView(string Party, string Peer, LinkFault Fault, double DownSeconds, int Tries, bool CircuitOpen, double NextTrySeconds);

/// <summary>A link that was missing for a time, as one of its two parties told it.</summary>
/// <param name="Attempt">The attempt.</param>
/// <param name="Party">Who told it.</param>
/// <param name="Peer">The party at the other end.</param>
/// <param name="Fault">The reason that held longest.</param>
/// <param name="Began">When, by the coordinator's clock.</param>
/// <param name="DownSeconds">For how long.</param>
public sealed record LinkOutageView(int Attempt, string Party, string Peer, LinkFault Fault, DateTimeOffset Began, double DownSeconds);
