using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;
using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>Two parties with a coordinator, and perhaps a way of their own.</summary>
public sealed class DirectOrRelayTests
{
    private static readonly PartyId A = new("alpha");
    private static readonly PartyId B = new("beta");

    [Fact]
    public async Task Direct_way_is_taken_when_there_is_one()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        PartyCredentials alpha = relay.Authority.Credentials(A);
        await using var listener = new DirectListener(new IPEndPoint(IPAddress.Loopback, 0), alpha, TimeProvider.System, NullLogger.Instance);

        await TalkAsync(relay, alpha, DirectLinks.None with { Listener = listener }, listener.Endpoint.Port);

        Assert.Equal(0, relay.Relay.BytesOf(RelayPathTests.Binding.Run));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Relay_is_taken_when_the_direct_way_is_closed(bool alphaListensElsewhere)
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        PartyCredentials alpha = relay.Authority.Credentials(A);
        await using var listener = new DirectListener(new IPEndPoint(IPAddress.Loopback, 0), alpha, TimeProvider.System, NullLogger.Instance);

        // Port 1 of this machine: nobody accepts.
        await TalkAsync(relay, alpha, alphaListensElsewhere ? DirectLinks.None with { Listener = listener } : DirectLinks.None, port: 1);

        Assert.NotEqual(0, relay.Relay.BytesOf(RelayPathTests.Binding.Run));
    }

    [Fact]
    public async Task Relay_is_taken_when_somebody_else_answers_at_the_direct_address()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        using PartyCredentials gamma = relay.Authority.Credentials(new PartyId("aardvark"));
        await using var listener = new DirectListener(new IPEndPoint(IPAddress.Loopback, 0), gamma, TimeProvider.System, NullLogger.Instance);

        await TalkAsync(relay, relay.Authority.Credentials(A), DirectLinks.None, listener.Endpoint.Port);

        Assert.NotEqual(0, relay.Relay.BytesOf(RelayPathTests.Binding.Run));
    }

    private static async Task TalkAsync(RelayFixture relay, PartyCredentials alpha, DirectLinks directOfAlpha, int port)
    {
        PartyCredentials beta = relay.Authority.Credentials(B);
        DirectLinks directOfBeta = DirectLinks.None with { Addresses = new Dictionary<PartyId, HostAddress> { [A] = new("127.0.0.1", port) } };
        var a = new PartyConnector(await relay.ConnectAsync(alpha), alpha, TimeProvider.System, NullLogger.Instance, directOfAlpha);
        var b = new PartyConnector(await relay.ConnectAsync(beta), beta, TimeProvider.System, NullLogger.Instance, directOfBeta);
        Task<Channel> toB = a.OpenAsync(B, RelayPathTests.Binding, new ChannelOptions(), CancellationToken.None);
        Task<Channel> toA = b.OpenAsync(A, RelayPathTests.Binding, new ChannelOptions(), CancellationToken.None);
        await using Channel ofA = await toB.SoonAsync();
        await using Channel ofB = await toA.SoonAsync();
        await ofA.SendAsync(new Ping(4), CancellationToken.None);
        Assert.Equal(4, (await ofB.ReceiveAsync<Ping>(CancellationToken.None).AsTask().SoonAsync()).Number);
        await ofB.SendAsync(new Pong(4), CancellationToken.None);
        Assert.Equal(4, (await ofA.ReceiveAsync<Pong>(CancellationToken.None).AsTask().SoonAsync()).Number);
    }
}
