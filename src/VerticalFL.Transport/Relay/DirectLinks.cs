using VerticalFL.Messages;
using VerticalFL.Transport.Links;

namespace VerticalFL.Transport.Relay;

/// <summary>
/// Which peers can be reached without the relay, and how. Of two parties the ordinally smaller one listens and the other dials, as in TLS;
/// whatever cannot be reached directly goes through the relay.
/// </summary>
/// <param name="Listener">Where smaller peers' counterparts dial in; null when nobody can reach this party. Not owned.</param>
/// <param name="Addresses">Where ordinally smaller peers listen.</param>
public sealed record DirectLinks(DirectListener? Listener, IReadOnlyDictionary<PartyId, HostAddress> Addresses)
{
    /// <summary>Everything goes through the relay.</summary>
    public static DirectLinks None { get; } = new(null, new Dictionary<PartyId, HostAddress>());
}
