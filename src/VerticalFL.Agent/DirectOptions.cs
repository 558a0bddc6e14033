using System.Net;
using System.Text.Json.Serialization;
using VerticalFL.Messages;
using VerticalFL.Transport;

namespace VerticalFL.Agent;

/// <summary>
/// Links past the relay. Of two parties the one whose id is ordinally smaller listens, the other knows its address; what cannot be reached so
/// goes through the relay.
/// </summary>
public sealed record DirectOptions
{
    /// <summary>Where this agent takes peers' links: an IP address and a port, such as <c>0.0.0.0:7450</c>. Default: nowhere.</summary>
    public string? Listen { get; init; }

    /// <summary>Where peers with an ordinally smaller id listen: party id and <c>host:port</c>. Default: none.</summary>
    public IReadOnlyDictionary<string, string> Peers { get; init; } = new Dictionary<string, string>();

    /// <summary><see cref="Listen"/> as an endpoint.</summary>
    [JsonIgnore]
    public IPEndPoint? Endpoint => Listen is null ? null : IPEndPoint.Parse(Listen);

    /// <summary><see cref="Peers"/> as addresses.</summary>
    [JsonIgnore]
    public IReadOnlyDictionary<PartyId, HostAddress> Addresses => Peers.ToDictionary(p => new PartyId(p.Key), p => HostAddress.Parse(p.Value));

    /// <summary>What cannot be used, as a JSON path and a sentence, or null.</summary>
    internal string? Problem
    {
        get
        {
            if (Listen is not null && !(Listen.Contains(':', StringComparison.Ordinal) && IPEndPoint.TryParse(Listen, out _)))
            {
                return $"listen: '{Listen}' is not an IP address with a port, such as 0.0.0.0:7450.";
            }

            foreach ((string party, string address) in Peers)
            {
                if (!PartyId.IsValid(party))
                {
                    return $"peers: '{party}' is not a party id.";
                }

                try
                {
                    HostAddress.Parse(address);
                }
                catch (FormatException e)
                {
                    return $"peers.{party}: {e.Message}";
                }
            }

            return null;
        }
    }
}
