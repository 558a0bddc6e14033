using VerticalFL.Messages;
using VerticalFL.Testing;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>Links through a real relay.</summary>
public sealed class RelayLinkTests : LinkContract
{
    protected override async Task<LinkUnderTest> OpenAsync(ChannelOptions options)
    {
        PartyId a = new("alpha"), b = new("beta");
        RelayFixture relay = await RelayFixture.StartAsync();
        var proxy = new TcpProxy(relay.Address.Port);
        PartyConnector fromA = await relay.ConnectorAsync(a, new HostAddress("127.0.0.1", proxy.Port));
        PartyConnector fromB = await relay.ConnectorAsync(b);
        Task<Channel> toB = fromA.OpenAsync(b, RelayPathTests.Binding, options, CancellationToken.None);
        Task<Channel> toA = fromB.OpenAsync(a, RelayPathTests.Binding, options, CancellationToken.None);
        return new LinkUnderTest(await toB.SoonAsync(), await toA.SoonAsync(), () => proxy.Cut(RelayProtocol.Magic[0]), async () =>
        {
            await proxy.DisposeAsync();
            await relay.DisposeAsync();
        });
    }
}
