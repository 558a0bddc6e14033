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
    private static readonly PartyId A = new("alpha");
    private static readonly PartyId B = new("beta");
    private static readonly ChannelBinding Binding = new(
        StudyId.FromBytes(Enumerable.Repeat((byte)1, 32).ToArray()), RunId.FromBytes(Enumerable.Repeat((byte)2, 16).ToArray()), 1, "align");

    [Fact]
    public async Task Channel_through_relay_carries_messages_both_ways()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        PartyConnector a = await relay.ConnectorAsync(A);
        PartyConnector b = await relay.ConnectorAsync(B);

        Task<Channel> openA = a.OpenAsync(B, Binding, new ChannelOptions(), CancellationToken.None);
        Task<Channel> openB = b.OpenAsync(A, Binding, new ChannelOptions(), CancellationToken.None);
        Channel toB = await openA.SoonAsync();
        Channel toA = await openB.SoonAsync();
        for (int i = 0; i < 100; i++)
        {
            await toB.SendAsync(new Ping(i), CancellationToken.None);
            Assert.Equal(i, (await toA.ReceiveAsync<Ping>(CancellationToken.None)).Number);
            await toA.SendAsync(new Pong(i), CancellationToken.None);
            Assert.Equal(i, (await toB.ReceiveAsync<Pong>(CancellationToken.None)).Number);
        }

        await toB.DisposeAsync();
        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(async () => await toA.ReceiveAnyAsync(CancellationToken.None));
        Assert.Equal("The channel to party 'alpha' is lost: party 'alpha' closed it.", lost.Message);
        await toA.DisposeAsync();
    }
}
