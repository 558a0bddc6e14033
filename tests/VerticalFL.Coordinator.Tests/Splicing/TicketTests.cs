using System.Net.Sockets;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>Tickets: for two who ask for the same, once, for thirty seconds, and not too many.</summary>
public sealed class TicketTests
{
    private static readonly PartyId A = new("alpha");
    private static readonly PartyId B = new("beta");
    private static readonly ChannelBinding Binding = RelayPathTests.Binding;

    [Fact]
    public async Task Ticket_is_good_once()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        (TicketGrant a, TicketGrant b, RawAgent one, RawAgent two) = await GrantAsync(relay);
        Assert.False(a.Ticket.Span.SequenceEqual(b.Ticket.Span));

        await using NetworkStream first = await RawAgent.PresentAsync(relay.Address.Port, a.Ticket);
        await using NetworkStream second = await RawAgent.PresentAsync(relay.Address.Port, b.Ticket);
        Assert.Equal((int)RelayAnswer.Spliced, await RawAgent.ReadByteAsync(first));
        Assert.Equal((int)RelayAnswer.Spliced, await RawAgent.ReadByteAsync(second));
        await first.WriteAsync(new byte[] { 42 });
        Assert.Equal(42, await RawAgent.ReadByteAsync(second));
        await Eventually.TrueAsync(() => relay.Relay.Splices is [{ FromLower: 1, FromUpper: 0, Stream: "align" }]);

        await using NetworkStream again = await RawAgent.PresentAsync(relay.Address.Port, a.Ticket);
        Assert.Equal((int)RelayAnswer.TicketRefused, await RawAgent.ReadByteAsync(again));
        Assert.Equal(-1, await RawAgent.ReadByteAsync(again));
        await first.DisposeAsync();
        Assert.Equal(-1, await RawAgent.ReadByteAsync(second));
        await Eventually.TrueAsync(() => relay.Relay.Splices is []);
        await one.DisposeAsync();
        await two.DisposeAsync();
    }

    [Fact]
    public async Task Invented_ticket_is_refused()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        await using NetworkStream stream = await RawAgent.PresentAsync(relay.Address.Port, new byte[32]);
        Assert.Equal((int)RelayAnswer.TicketRefused, await RawAgent.ReadByteAsync(stream));
    }

    [Fact]
    public async Task Ticket_expires_and_who_waited_is_told_that_the_peer_did_not_come()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await using RelayFixture relay = await RelayFixture.StartAsync(time: time);
        (TicketGrant a, TicketGrant b, RawAgent one, RawAgent two) = await GrantAsync(relay);
        await using NetworkStream first = await RawAgent.PresentAsync(relay.Address.Port, a.Ticket);
        Task<int> answer = RawAgent.ReadByteAsync(first);

        // By and by: the relay's own time limit for the preamble runs on the same clock.
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return answer.IsCompleted;
        });

        Assert.Equal((int)RelayAnswer.PeerAbsent, await answer);
        await using NetworkStream late = await RawAgent.PresentAsync(relay.Address.Port, b.Ticket);
        Assert.Equal((int)RelayAnswer.TicketRefused, await RawAgent.ReadByteAsync(late));
        await one.DisposeAsync();
        await two.DisposeAsync();
    }

    [Fact]
    public async Task Request_that_no_peer_matches_is_answered_in_time()
    {
        var time = new ManualTime(TimeProvider.System.GetUtcNow());
        await using RelayFixture relay = await RelayFixture.StartAsync(new RelayOptions { ControlSilenceLimit = TimeSpan.FromHours(1) }, time);
        await using RawAgent agent = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(A));
        await agent.ExpectAsync<AgentWelcome>();
        await agent.AskAsync(7, B, Binding);
        Task<Refusal> answer = agent.ExpectAsync<Refusal>();
        await Eventually.TrueAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            return answer.IsCompleted;
        });

        Assert.Equal(new Refusal(7, RefusalCode.PeerAbsent, "party 'beta' has not asked for the same channel within 60 s"), await answer);
    }

    [Theory]
    [InlineData("attempt")]
    [InlineData("stream")]
    [InlineData("run")]
    public async Task Requests_for_different_channels_do_not_meet(string what)
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        await using RawAgent a = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(A));
        await using RawAgent b = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(B));
        await a.AskAsync(1, B, Binding);
        await b.AskAsync(1, A, what switch
        {
            "attempt" => Binding with { Attempt = 2 },
            "stream" => Binding with { Stream = "other" },
            _ => Binding with { Run = RunId.FromBytes(new byte[16]) },
        });
        await b.Connection.SendAsync(new Ping(99), CancellationToken.None);

        // Messages of one session are taken in order, so a pong means that the request was dealt with and brought no ticket.
        Assert.Equal(MessageType.AgentWelcome, (await b.ReceiveAsync()).Type);
        Assert.Equal(MessageType.Pong, (await b.ReceiveAsync()).Type);
    }

    [Fact]
    public async Task Newer_request_supersedes_the_older_and_too_many_are_refused()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync(
            new RelayOptions { TicketsPerTenSeconds = 3, MaxChannelsPerParty = 1 }, new ManualTime(TimeProvider.System.GetUtcNow()));
        await using RawAgent a = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(A));
        await a.AskAsync(1, B, Binding);
        await a.AskAsync(2, B, Binding);
        await a.AskAsync(3, B, Binding with { Stream = "second" });
        await a.AskAsync(4, B, Binding);

        Assert.Equal((1, RefusalCode.Superseded), Of(await a.ExpectAsync<Refusal>()));
        Assert.Equal((3, RefusalCode.TooMany), Of(await a.ExpectAsync<Refusal>()));
        Assert.Equal(new Refusal(4, RefusalCode.TooMany, "party 'alpha' asked for more than 3 tickets in 10 s"), await a.ExpectAsync<Refusal>());
    }

    [Theory]
    [InlineData("alpha")]
    [InlineData("coordinator")]
    public async Task Party_cannot_pair_with_itself_or_with_the_coordinator(string peer)
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        await using RawAgent a = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(A));
        await a.AskAsync(1, new PartyId(peer), Binding);

        Assert.Equal((1, RefusalCode.NotAllowed), Of(await a.ExpectAsync<Refusal>()));
    }

    private static (int Request, RefusalCode Code) Of(Refusal refusal) => (refusal.Request, refusal.Code);

    private static async Task<(TicketGrant A, TicketGrant B, RawAgent One, RawAgent Two)> GrantAsync(RelayFixture relay)
    {
        RawAgent a = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(A));
        RawAgent b = await RawAgent.ConnectAsync(relay.Address.Port, relay.Authority.Credentials(B));
        await a.AskAsync(1, B, Binding);
        await b.AskAsync(5, A, Binding);
        TicketGrant toA = await a.ExpectAsync<TicketGrant>();
        TicketGrant toB = await b.ExpectAsync<TicketGrant>();
        Assert.Equal(1, toA.Request);
        Assert.Equal(5, toB.Request);
        return (toA, toB, a, b);
    }
}
