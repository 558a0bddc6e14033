using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>The whole path: control links, tickets, splice, TLS from party to party, channel.</summary>
public sealed class RelayPathTests
{
    internal static readonly ChannelBinding Binding = new(
        StudyId.FromBytes(Enumerable.Repeat((byte)1, 32).ToArray()), RunId.FromBytes(Enumerable.Repeat((byte)2, 16).ToArray()), 1, "align");

    private static readonly PartyId A = new("alpha");
    private static readonly PartyId B = new("beta");

    [Fact]
    public async Task Channel_through_relay_carries_messages_both_ways()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        (Channel toB, Channel toA) = await OpenAsync(await relay.ConnectorAsync(A), await relay.ConnectorAsync(B));
        await TalkAsync(toB, toA, 100);
        SpliceTraffic traffic = Assert.Single(relay.Relay.Splices);
        Assert.Equal((A, B, Binding.Run), (traffic.Lower, traffic.Upper, traffic.Run));
        Assert.True(traffic.FromLower > toB.BytesSent && traffic.FromUpper > toA.BytesSent);

        await toB.DisposeAsync();
        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(async () => await toA.ReceiveAnyAsync(CancellationToken.None));
        Assert.Equal("The channel to party 'alpha' is lost: party 'alpha' closed it.", lost.Message);
        await toA.DisposeAsync();
    }

    [Fact]
    public async Task Relay_sees_nothing_but_tls_records()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        await using var proxy = new TcpProxy(relay.Address.Port);
        var via = new HostAddress("127.0.0.1", proxy.Port);
        (Channel toB, Channel toA) = await OpenAsync(await relay.ConnectorAsync(A, via), await relay.ConnectorAsync(B, via));
        await TalkAsync(toB, toA, 20);
        await toB.DisposeAsync();
        await toA.DisposeAsync();

        (byte[] FromClient, byte[] ToClient)[] data = [.. proxy.Recorded.Where(c => c.FromClient.AsSpan().StartsWith(RelayProtocol.Magic))];
        Assert.Equal(2, data.Length);
        foreach ((byte[] fromClient, byte[] toClient) in data)
        {
            AssertTlsRecords(fromClient.AsSpan(RelayProtocol.PreambleSize));
            Assert.Equal((byte)RelayAnswer.Spliced, toClient[0]);
            AssertTlsRecords(toClient.AsSpan(1));
        }
    }

    [Fact]
    public async Task Cut_control_and_data_connections_change_nothing_but_the_clock()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        await using var proxy = new TcpProxy(relay.Address.Port);
        var via = new HostAddress("127.0.0.1", proxy.Port);
        PartyConnector a = await relay.ConnectorAsync(A, via);
        PartyConnector b = await relay.ConnectorAsync(B);
        (Channel toB, Channel toA) = await OpenAsync(a, b);

        for (int i = 0; i < 3; i++)
        {
            await TalkAsync(toB, toA, 5);
            proxy.Cut(RelayProtocol.Magic[0]);
            if (i == 1)
            {
                proxy.Cut(RelayProtocol.TlsHandshake);
            }
        }

        await TalkAsync(toB, toA, 5);
        Assert.True(relay.Handler.Events.Count(e => e == "connected alpha") >= 2);
        await Task.WhenAll(toA.DisposeAsync().AsTask(), toB.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Slow_reader_slows_its_sender_and_the_relay_holds_little()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        var options = new ChannelOptions { WindowBytes = 1024 * 1024 };
        (Channel toB, Channel toA) = await OpenAsync(await relay.ConnectorAsync(A), await relay.ConnectorAsync(B), options);
        byte[] reason = new byte[900];
        Array.Fill(reason, (byte)'x');
        var message = new RunCancel(Binding.Run, System.Text.Encoding.ASCII.GetString(reason));
        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < 6000; i++)
            {
                await toB.SendAsync(message, CancellationToken.None);
            }
        });
        long last = -1;
        await Eventually.TrueAsync(() =>
        {
            bool still = toB.BytesSent == last && last > options.WindowBytes;
            last = toB.BytesSent;
            return still;
        });

        Assert.False(sending.IsCompleted);
        for (int i = 0; i < 6000; i++)
        {
            await toA.ReceiveAsync<RunCancel>(CancellationToken.None);
        }

        await sending.SoonAsync();
        await Task.WhenAll(toA.DisposeAsync().AsTask(), toB.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task Channel_that_the_registry_forbids_is_refused_with_its_reason()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        relay.Handler.Forbid = "run 02020202 is not ordered";
        PartyConnector a = await relay.ConnectorAsync(A);

        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(() => a.OpenAsync(B, Binding, new ChannelOptions(), CancellationToken.None).SoonAsync());
        Assert.Equal("The channel to party 'beta' is lost: run 02020202 is not ordered.", lost.Message);
        await Assert.ThrowsAsync<ArgumentException>(() => a.OpenAsync(A, Binding, new ChannelOptions(), CancellationToken.None));
    }

    [Fact]
    public async Task Stolen_ticket_gives_no_channel()
    {
        // Gamma got hold of beta's ticket: with a certificate of the same consortium it still is not beta.
        await using RelayFixture relay = await RelayFixture.StartAsync();
        PartyConnector a = await relay.ConnectorAsync(A);
        await using RawAgent beta = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(B));
        Task<Channel> opening = a.OpenAsync(B, Binding, new ChannelOptions(), CancellationToken.None);
        await beta.AskAsync(1, A, Binding);
        TicketGrant grant = await beta.ExpectAsync<TicketGrant>();
        await using Stream stolen = await RawAgent.PresentAsync(relay.Address.Port, grant.Ticket);
        Assert.Equal((int)RelayAnswer.Spliced, await RawAgent.ReadByteAsync(stolen));
        Transport.Security.MutualTls tls = await Transport.Security.MutualTls.AuthenticateAsync(
            stolen, relay.Authority.Credentials(new PartyId("gamma")), A, asServer: false, TimeProvider.System, CancellationToken.None);
        await using (tls)
        {
            Assert.Null(tls.Problem);
            Assert.NotEqual(-1, await RawAgent.ReadByteAsync(tls.Stream));
        }

        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(() => opening.SoonAsync());
        Assert.Equal("The channel to party 'beta' is lost: its certificate names party 'gamma' instead of 'beta'.", lost.Message);
    }

    [Fact]
    public async Task Opening_can_be_cancelled()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        PartyConnector a = await relay.ConnectorAsync(A);
        using var cancel = new CancellationTokenSource();
        Task<Channel> opening = a.OpenAsync(B, Binding, new ChannelOptions(), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => opening.SoonAsync());
    }

    private static async Task<(Channel A, Channel B)> OpenAsync(PartyConnector a, PartyConnector b, ChannelOptions? options = null)
    {
        Task<Channel> openA = a.OpenAsync(B, Binding, options ?? new(), CancellationToken.None);
        Task<Channel> openB = b.OpenAsync(A, Binding, options ?? new(), CancellationToken.None);
        return (await openA.SoonAsync(), await openB.SoonAsync());
    }

    private static async Task TalkAsync(Channel toB, Channel toA, int times)
    {
        for (int i = 0; i < times; i++)
        {
            await toB.SendAsync(new Ping(i), CancellationToken.None);
            Assert.Equal(i, (await toA.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync()).Number);
            await toA.SendAsync(new Pong(i), CancellationToken.None);
            Assert.Equal(i, (await toB.ReceiveAsync<Pong>(CancellationToken.None).AsTask().SoonAsync()).Number);
        }
    }

    private static void AssertTlsRecords(ReadOnlySpan<byte> bytes)
    {
        int records = 0;
        while (bytes.Length >= 5)
        {
            Assert.InRange(bytes[0], 0x14, 0x17);
            Assert.Equal(3, bytes[1]);
            int length = (bytes[3] << 8) | bytes[4];
            Assert.InRange(length, 1, 16384 + 256);
            bytes = bytes[Math.Min(bytes.Length, 5 + length)..];
            records++;
        }

        Assert.Equal(0, bytes.Length);
        Assert.True(records > 3);
    }
}
