using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Transport;

/// <summary>A channel's link is missing, or is up again after that.</summary>
/// <param name="Peer">The party at the other end.</param>
/// <param name="IsUp">Whether it is up again.</param>
/// <param name="Fault">Why it is missing; when it is up again, the reason that held longest.</param>
/// <param name="Down">For how long it has been, or was, missing.</param>
/// <param name="Tries">How often it has been dialled in vain since then.</param>
/// <param name="NextTry">When it is dialled again; zero when it is being dialled, and when it is up.</param>
public sealed record LinkNotice(PartyId Peer, bool IsUp, LinkFault Fault, TimeSpan Down, int Tries, TimeSpan NextTry)
{
    /// <summary>After so many tries in quick succession the circuit is open: tries are as far apart as the options allow.</summary>
    public const int QuickTries = 10;
}
