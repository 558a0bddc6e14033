using VerticalFL.Messages;
using VerticalFL.Testing.Faults;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>Faults between a party and the relay, on its data connections: in the ticket, in the relay's answer, and in what is spliced.</summary>
public sealed class RelayFaultTests : FaultContract
{
    private static readonly PartyId A = new("alpha"), B = new("beta");

    protected override async Task<LinesUnderTest> OpenAsync(ChannelOptions options, params Fault[] faults)
    {
        RelayFixture relay = await RelayFixture.StartAsync();
        var proxy = new FaultProxy(relay.Address.Port, faults, onlyFirst: RelayProtocol.Magic[0]);
        PartyConnector a = await relay.ConnectorAsync(A);
        PartyConnector b = await relay.ConnectorAsync(B, new HostAddress("127.0.0.1", proxy.Port));
        Task<Channel> toB = a.OpenAsync(B, RelayPathTests.Binding, options, CancellationToken.None);
        Task<Channel> toA = b.OpenAsync(A, RelayPathTests.Binding, options, CancellationToken.None);
        return new LinesUnderTest(await toB, await toA, proxy, relay.DisposeAsync);
    }
}
