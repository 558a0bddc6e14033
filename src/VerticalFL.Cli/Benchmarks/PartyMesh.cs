using System.Net;
using System.Net.Sockets;
using VerticalFL.Messages;
using VerticalFL.Transport;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Security;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>Channels between any two of a measurement's parties, all in this process, over TCP on the loopback interface. Disposing closes them.</summary>
internal sealed class PartyMesh : IAsyncDisposable
{
    private readonly Dictionary<PartyId, Channel>[] _channels;

    private PartyMesh(Dictionary<PartyId, Channel>[] channels) => _channels = channels;

    /// <summary>Each party's channels by the party at the other end.</summary>
    public IReadOnlyList<IReadOnlyDictionary<PartyId, Channel>> Channels => _channels;

    /// <summary>Connects the parties.</summary>
    /// <param name="parties">The parties, in ordinal order.</param>
    /// <param name="keys">Their keys for mutual TLS, or null for none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<PartyMesh> ConnectAsync(PartyId[] parties, ThrowawayKeys? keys, CancellationToken cancellationToken)
    {
        Dictionary<PartyId, Channel>[] channels = [.. parties.Select(_ => new Dictionary<PartyId, Channel>())];
        for (int i = 0; i < parties.Length; i++)
        {
            for (int j = i + 1; j < parties.Length; j++)
            {
                (Stream here, Stream there) = await LinkAsync(parties[i], parties[j], keys, cancellationToken);
                var binding = new ChannelBinding(default, default, 1, "bench");
                Channel[] ends = await Task.WhenAll(
                    Channel.OpenOverAsync(parties[i], parties[j], binding, here, new ChannelOptions(), cancellationToken),
                    Channel.OpenOverAsync(parties[j], parties[i], binding, there, new ChannelOptions(), cancellationToken));
                (channels[i][parties[j]], channels[j][parties[i]]) = (ends[0], ends[1]);
            }
        }

        return new PartyMesh(channels);
    }

    /// <summary>Bytes of messages that a party has sent so far, before TLS.</summary>
    public long BytesSent(int party) => _channels[party].Values.Sum(channel => channel.BytesSent);

    public async ValueTask DisposeAsync() =>
        await Task.WhenAll(_channels.SelectMany(c => c.Values).Select(c => c.DisposeAsync().AsTask()));

    private static async Task<(Stream A, Stream B)> LinkAsync(PartyId a, PartyId b, ThrowawayKeys? keys, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<Socket> accepted = listener.AcceptSocketAsync(cancellationToken).AsTask();
        await client.ConnectAsync(listener.LocalEndpoint, cancellationToken);
        (Stream here, Stream there) = (TcpLink.Over(client), TcpLink.Over(await accepted));
        if (keys is null)
        {
            return (here, there);
        }

        using PartyCredentials ofA = keys.Load(a), ofB = keys.Load(b);
        MutualTls[] tls = await Task.WhenAll(
            MutualTls.AuthenticateAsync(here, ofA, b, asServer: true, TimeProvider.System, cancellationToken),
            MutualTls.AuthenticateAsync(there, ofB, a, asServer: false, TimeProvider.System, cancellationToken));
        return tls.All(t => t.Problem is null)
            ? (tls[0].Stream, tls[1].Stream)
            : throw new IOException($"TLS refused its own certificates: {tls[0].Problem ?? tls[1].Problem}.");
    }
}
