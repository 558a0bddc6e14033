using System.Net.Sockets;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.Transport.Tests.Links;

/// <summary>Direct TCP links, opened by the product's own connectors, without any coordinator.</summary>
public sealed class DirectLinkTests : LinkContract
{
    protected override async Task<LinkUnderTest> OpenAsync(ChannelOptions options)
    {
        var pair = new DirectPair();
        var proxy = new TcpProxy(pair.Listener.Endpoint.Port);
        (PartyConnector a, PartyConnector b) = pair.Connectors(proxy.Port);
        Task<Channel> toB = a.OpenAsync(TestChannels.B, TestChannels.Binding, options, CancellationToken.None);
        Task<Channel> toA = b.OpenAsync(TestChannels.A, TestChannels.Binding, options, CancellationToken.None);
        return new LinkUnderTest(await toB.SoonAsync(), await toA.SoonAsync(), () => proxy.Cut(RelayProtocol.TlsHandshake), async () =>
        {
            await proxy.DisposeAsync();
            await pair.DisposeAsync();
        });
    }

    [Fact]
    public async Task Whoever_comes_first_waits_for_the_other()
    {
        await using var pair = new DirectPair();
        (PartyConnector a, PartyConnector b) = pair.Connectors(pair.Listener.Endpoint.Port);
        Task<Channel> early = b.OpenAsync(TestChannels.A, TestChannels.Binding, new ChannelOptions(), CancellationToken.None);
        await Task.Delay(200);
        Assert.False(early.IsCompleted);
        await using Channel late = await a.OpenAsync(TestChannels.B, TestChannels.Binding, new ChannelOptions(), CancellationToken.None).SoonAsync();
        await using Channel first = await early.SoonAsync();

        await first.SendAsync(new Ping(7), CancellationToken.None);
        Assert.Equal(7, (await late.ReceiveAsync<Ping>(CancellationToken.None)).Number);
    }

    [Fact]
    public async Task Streams_of_the_same_pair_do_not_meet_each_other()
    {
        await using var pair = new DirectPair();
        string[] names = ["align", "train", "audit"];
        (Channel A, Channel B)[] channels = [.. names.Select(n => pair.Open(pair.Listener.Endpoint.Port, binding: TestChannels.Binding with { Stream = n }))];
        for (int i = 0; i < channels.Length; i++)
        {
            await channels[i].B.SendAsync(new Ping(i), CancellationToken.None);
        }

        for (int i = channels.Length - 1; i >= 0; i--)
        {
            Assert.Equal(i, (await channels[i].A.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync()).Number);
        }

        await Task.WhenAll(channels.SelectMany(c => new[] { c.A.DisposeAsync().AsTask(), c.B.DisposeAsync().AsTask() }));
    }

    [Fact]
    public async Task Strangers_and_silence_do_not_keep_a_peer_out()
    {
        await using var pair = new DirectPair();
        using var silent = new TcpClient();
        await silent.ConnectAsync(pair.Listener.Endpoint);
        using var babbler = new TcpClient();
        await babbler.ConnectAsync(pair.Listener.Endpoint);
        await babbler.GetStream().WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());

        (Channel a, Channel b) = pair.Open(pair.Listener.Endpoint.Port);
        await b.SendAsync(new Ping(1), CancellationToken.None);

        Assert.Equal(1, (await a.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync()).Number);
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }
}
