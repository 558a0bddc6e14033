using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Alignment.Tests;

/// <summary>A finished alignment is taken up by all parties or by none.</summary>
public sealed class HeldAlignmentTests
{
    private static readonly PartyId[] Parties = Party.Names(3);

    private static readonly ItemSet[] Sets =
    [
        Party.Items(["e", "a", "b", "c", "d"]),
        Party.Items(["d", "c", "x", "b", "a", "y"]),
        Party.Items(["b", "z", "c", "d"]),
    ];

    [Fact]
    public async Task All_parties_that_hold_it_take_it_up_and_check_their_rows_under_a_fresh_key()
    {
        AlignmentResult[] finished = await new Network(Parties).RunAsync(Sets);
        var observer = new Counter();

        AlignmentResult?[] takenUp = await TakeUpAsync(finished, observer);

        Assert.Equal(finished, takenUp);
        Assert.Equal(3, takenUp[0]!.Rows.Count);
        Assert.Equal(
            [MessageType.RowCheckContribution, MessageType.RowCheckDigest, MessageType.AlignmentOffer, MessageType.AlignmentChoice],
            observer.Types.Distinct().Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Nobody_takes_it_up_when_one_party_lacks_it_or_holds_another(int party)
    {
        AlignmentResult[] finished = await new Network(Parties).RunAsync(Sets);
        AlignmentResult[] other = await new Network(Parties).RunAsync(Sets);

        Assert.All(await TakeUpAsync([.. finished.Select((f, i) => i == party ? null : f)]), Assert.Null);
        Assert.All(await TakeUpAsync([.. finished.Select((f, i) => i == party ? other[i] : f)]), Assert.Null);

        // Rows that the table no longer has are of no use, nor is a size that is not the table's.
        Assert.All(await TakeUpAsync([.. finished.Select((f, i) => i == party ? f with { Rows = [.. f.Rows.Skip(1), 99] } : f)]), Assert.Null);
        Assert.All(await TakeUpAsync([.. finished.Select((f, i) => i == party ? f with { Passes = [] } : f)]), Assert.Null);
    }

    [Fact]
    public async Task Rows_in_another_order_are_refused()
    {
        AlignmentResult[] finished = await new Network(Parties).RunAsync(Sets);
        finished[2] = finished[2] with { Rows = [.. finished[2].Rows.Reverse()] };

        var failures = new System.Collections.Concurrent.ConcurrentBag<Exception>();
        await TakeUpAsync(finished, failures: failures);

        // Who sees the difference hangs up, so that the others may miss a channel before they see it themselves.
        Assert.Equal(Parties.Length, failures.Count);
        Assert.Contains(failures, f => f is PeerProtocolException { Step: "alignment: row check" });
        Assert.All(failures, f => Assert.True(f is PeerProtocolException or ChannelLostException, f.ToString()));
    }

    [Fact]
    public async Task A_follower_refuses_what_it_did_not_offer()
    {
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Parties[0], Parties[1]);
        var role = Party.Role(Parties[1], [Parties[0], Parties[1]]);
        Task<AlignmentResult?> following = HeldAlignment.TakeUpAsync(
            role, [Sets[1]], null, new Dictionary<PartyId, Channel> { [Parties[0]] = lab }, null, CancellationToken.None);

        Assert.Null((await hospital.ReceiveAsync<AlignmentOffer>(CancellationToken.None)).Id);
        await hospital.SendAsync(new AlignmentChoice(new byte[AlignmentLimits.IdSize]), CancellationToken.None);

        var e = await Assert.ThrowsAsync<PeerProtocolException>(() => following);
        Assert.Equal("alignment: choice", e.Step);
    }

    private static async Task<AlignmentResult?[]> TakeUpAsync(
        AlignmentResult?[] held, IChannelObserver? observer = null, System.Collections.Concurrent.ConcurrentBag<Exception>? failures = null)
    {
        var network = new Network(Parties, options: new ChannelOptions { Observer = observer });
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        return await Task.WhenAll(Parties.Select((p, i) => Task.Run(async () =>
        {
            try
            {
                AlignmentRole role = Party.Role(p, Parties) with { Attempt = 2 };
                return await HeldAlignment.TakeUpAsync(role, [Sets[i]], held[i], network.ChannelsOf(p), null, patience.Token);
            }
            catch (Exception e) when (failures is not null)
            {
                failures.Add(e);
                return null;
            }
            finally
            {
                await Task.WhenAll(network.ChannelsOf(p).Values.Select(c => c.DisposeAsync().AsTask()));
            }
        })));
    }

    private sealed class Counter : IChannelObserver
    {
        public System.Collections.Concurrent.ConcurrentBag<MessageType> Types { get; } = [];

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message) => Types.Add(type);

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
        }
    }
}
