using System.Net;
using System.Net.Sockets;
using VerticalFL.Messages;
using VerticalFL.Transport;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Security;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>
/// One party's channels to all others, each of which is in a process of its own, over TCP on the loopback interface. A party dials those before it and
/// tells each its number in one byte. Disposing closes them.
/// </summary>
internal sealed class PartyLinks : IAsyncDisposable
{
    private readonly Dictionary<PartyId, Channel> _channels;

    private PartyLinks(Dictionary<PartyId, Channel> channels) => _channels = channels;

    /// <summary>The channels by the party at the other end.</summary>
    public IReadOnlyDictionary<PartyId, Channel> Channels => _channels;

    /// <summary>Bytes of messages that were sent so far, before TLS.</summary>
    public long BytesSent => _channels.Values.Sum(c => c.BytesSent);

    /// <summary>Connects to all others.</summary>
    /// <param name="parties">The parties, in ordinal order.</param>
    /// <param name="self">Which of them this one is.</param>
    /// <param name="listener">Where those behind it dial.</param>
    /// <param name="ports">Where each party listens.</param>
    /// <param name="credentials">For mutual TLS; null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<PartyLinks> ConnectAsync(
        PartyId[] parties, int self, TcpListener listener, int[] ports, PartyCredentials? credentials, CancellationToken cancellationToken)
    {
        Channel[] channels = await Task.WhenAll(parties.Where((_, i) => i != self).Select((_, i) => i < self
            ? DialAsync(parties, self, i, ports[i], credentials, cancellationToken)
            : AcceptAsync(parties, self, listener, credentials, cancellationToken)));
        return new PartyLinks(channels.ToDictionary(c => c.Peer));
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_channels.Values.Select(c => c.DisposeAsync().AsTask()));

    private static async Task<Channel> DialAsync(
        PartyId[] parties, int self, int peer, int port, PartyCredentials? credentials, CancellationToken cancellationToken)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellationToken);
        Stream link = TcpLink.Over(client);
        await link.WriteAsync(new[] { (byte)self }, cancellationToken);
        await link.FlushAsync(cancellationToken);
        return await OpenAsync(link, parties, self, peer, credentials, cancellationToken);
    }

    private static async Task<Channel> AcceptAsync(
        PartyId[] parties, int self, TcpListener listener, PartyCredentials? credentials, CancellationToken cancellationToken)
    {
        Stream link = TcpLink.Over(await listener.AcceptSocketAsync(cancellationToken));
        byte[] peer = new byte[1];
        await link.ReadExactlyAsync(peer, cancellationToken);
        return peer[0] > self && peer[0] < parties.Length
            ? await OpenAsync(link, parties, self, peer[0], credentials, cancellationToken)
            : throw new IOException($"Something that is no party of this measurement has dialled '{parties[self]}'; run it again.");
    }

    private static async Task<Channel> OpenAsync(
        Stream link, PartyId[] parties, int self, int peer, PartyCredentials? credentials, CancellationToken cancellationToken)
    {
        if (credentials is not null)
        {
            MutualTls tls = await MutualTls.AuthenticateAsync(link, credentials, parties[peer], asServer: self < peer, TimeProvider.System, cancellationToken);
            link = tls.Problem is null ? tls.Stream : throw new IOException($"TLS refused its own certificates: {tls.Problem}.");
        }

        return await Channel.OpenOverAsync(
            parties[self], parties[peer], new ChannelBinding(default, default, 1, "bench"), link, new ChannelOptions(), cancellationToken);
    }
}
