using VerticalFL.Messages;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>One party's channels for one training, in ordinal order of the peers, with an account of what is sent over them.</summary>
internal sealed class PeerLinks
{
    private readonly (PartyId Peer, Channel Channel)[] _links;
    private long _bytesBefore;

    public PeerLinks(IEnumerable<KeyValuePair<PartyId, Channel>> channels)
    {
        _links = [.. channels.OrderBy(c => c.Key).Select(c => (c.Key, c.Value))];
        _bytesBefore = _links.Sum(l => l.Channel.BytesSent);
    }

    public IReadOnlyList<(PartyId Peer, Channel Channel)> All => _links;

    public long MessagesSent { get; private set; }

    public long BytesSent => _links.Sum(l => l.Channel.BytesSent) - _bytesBefore;

    public async ValueTask SendAsync<T>(Channel channel, T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        await channel.SendAsync(message, cancellationToken);
        MessagesSent++;
    }

    public async ValueTask SendToAllAsync<T>(T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        foreach ((_, Channel channel) in _links)
        {
            await SendAsync(channel, message, cancellationToken);
        }
    }

    /// <summary>Counts what earlier attempts sent for the steps that this one goes on from.</summary>
    public void CountEarlier(long bytes, long messages) => (_bytesBefore, MessagesSent) = (_bytesBefore - bytes, MessagesSent + messages);

    /// <summary>Counts messages that were sent over these channels by somebody else.</summary>
    public void Count(int messages) => MessagesSent += messages;
}
