using System.Net.Sockets;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>Floods, with and without a certificate: bounded, refused with a reason, and no flood in the log.</summary>
public sealed class FloodTests
{
    private static readonly PartyId A = new("alpha");

    [Fact]
    public async Task Party_that_keeps_connecting_is_refused_until_time_has_passed_and_others_are_not()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await using RelayFixture relay = await RelayFixture.StartAsync(new RelayOptions { ControlConnectionsPerMinute = 3 }, time);
        for (int i = 0; i < 3; i++)
        {
            await using RawAgent good = await ConnectAsync(relay, A);
            await good.ExpectAsync<AgentWelcome>();
        }

        await using (RawAgent refused = await ConnectAsync(relay, A))
        {
            Assert.Equal(new Refusal(0, RefusalCode.TooMany, "party 'alpha' connected more than 3 times in a minute"), await refused.ExpectAsync<Refusal>());
        }

        await using RawAgent other = await ConnectAsync(relay, new PartyId("beta"));
        await other.ExpectAsync<AgentWelcome>();
        time.Advance(TimeSpan.FromSeconds(20));
        await using RawAgent again = await ConnectAsync(relay, A);
        await again.ExpectAsync<AgentWelcome>();
    }

    [Fact]
    public async Task Agent_that_was_refused_for_connecting_too_often_knows_why()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync(new RelayOptions { ControlConnectionsPerMinute = 1 });
        await using RawAgent first = await ConnectAsync(relay, A);
        await first.ExpectAsync<AgentWelcome>();
        ControlLink link = relay.Run(relay.Authority.Credentials(A));

        await Eventually.TrueAsync(
            () => link.State.Problem == "the coordinator refused: party 'alpha' connected more than 1 times in a minute", () => $"the state says: {link.State.Problem}");
    }

    [Fact]
    public async Task Messages_beyond_the_rate_wait_in_the_senders_socket()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await using RelayFixture relay = await RelayFixture.StartAsync(new RelayOptions { ControlMessagesPerTenSeconds = 5 }, time);
        await using RawAgent agent = await ConnectAsync(relay, A);
        await agent.ExpectAsync<AgentWelcome>();
        for (int i = 0; i < 8; i++)
        {
            await agent.Connection.SendAsync(new Ping(i), CancellationToken.None);
        }

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(i, (await agent.ExpectAsync<Pong>()).Number);
        }

        Task<Pong> sixth = agent.ExpectAsync<Pong>();
        long before = time.GetTimestamp();
        await Eventually.TrueAsync(() =>
        {
            // Two seconds for each: the sixth is answered only when the clock has moved, and never so far that the relay takes the agent for dead.
            if (time.GetElapsedTime(before) < TimeSpan.FromSeconds(20))
            {
                time.Advance(TimeSpan.FromMilliseconds(100));
            }

            return sixth.IsCompleted;
        });
        Assert.Equal(5, (await sixth).Number);
        Assert.True(time.GetElapsedTime(before) >= TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Strangers_do_not_flood_the_log()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await using RelayFixture relay = await RelayFixture.StartAsync(time: time);
        for (int i = 0; i < 40; i++)
        {
            await using NetworkStream stream = i % 2 == 0 ? await RawAgent.TcpAsync(relay.Address.Port) : await RawAgent.PresentAsync(relay.Address.Port, new byte[32]);
            if (i % 2 == 0)
            {
                await stream.WriteAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            }

            while (await RawAgent.ReadByteAsync(stream) != -1)
            {
                // Up to the end.
            }
        }

        Assert.StartsWith("Connection from ", Assert.Single(relay.Log.Warnings), StringComparison.Ordinal);
        time.Advance(Tally.Interval);
        Assert.Equal("39 more connections were refused in the last 60 s", relay.Log.Warnings[^1]);
        Assert.Equal(2, relay.Log.Warnings.Count);
    }

    [Fact]
    public async Task Refused_tickets_do_not_flood_the_log()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        relay.Handler.Forbid = "run 02020202 is not ordered";
        await using RawAgent agent = await ConnectAsync(relay, A);
        for (int i = 1; i <= 20; i++)
        {
            await agent.AskAsync(i, new PartyId("beta"), RelayPathTests.Binding);
            await agent.ExpectAsync<Refusal>();
        }

        Assert.EndsWith("run 02020202 is not ordered", Assert.Single(relay.Log.Warnings), StringComparison.Ordinal);
    }

    private static Task<RawAgent> ConnectAsync(RelayFixture relay, PartyId party) => RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(party));
}
