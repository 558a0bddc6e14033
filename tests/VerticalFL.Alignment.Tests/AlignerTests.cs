using System.Collections.Concurrent;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Alignment.Tests;

public sealed class AlignerTests
{
    [Theory]
    [InlineData(2, 5)]
    [InlineData(3, 5)]
    [InlineData(4, 0)]
    public async Task RunAsync_a_cohort_below_the_minimum_ends_at_every_party_with_its_size(int parties, int common)
    {
        var network = new Network(Party.Names(parties)) { Minimum = 6 };
        (AlignmentResult?, Exception? Failure)[] all = await network.TryRunAsync(Sets(parties, common, 10));
        foreach ((_, Exception? failure) in all)
        {
            CohortTooSmallException small = Assert.IsType<CohortTooSmallException>(failure);
            Assert.Equal((common, 6), (small.Patients, small.Minimum));
        }
    }

    [Fact]
    public async Task RunAsync_a_cohort_of_exactly_the_minimum_goes_on()
    {
        var network = new Network(Party.Names(3)) { Minimum = 6 };
        Assert.All(await network.RunAsync(Sets(3, 6, 10)), r => Assert.Equal(6, r.Rows.Count));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(3, 2)]
    public async Task RunAsync_one_party_without_patients_ends_every_party(int parties, int empty)
    {
        ItemSet[] sets = Sets(parties, 4, 2);
        sets[empty] = Party.Items([]);
        foreach ((_, Exception? failure) in await new Network(Party.Names(parties)).TryRunAsync(sets))
        {
            Assert.Equal(0, Assert.IsType<CohortTooSmallException>(failure).Patients);
        }
    }

    [Fact]
    public async Task RunAsync_twice_on_the_same_data_uses_fresh_secrets()
    {
        ItemSet[] sets = Sets(3, 30, 5);
        var elements = new ConcurrentBag<string>();
        IEnumerable<object> Record(PartyId from, PartyId to, object message)
        {
            if (message is BlindedElements blinded && to == Party.Names(3)[1])
            {
                elements.Add(Convert.ToHexString(blinded.Elements.Span));
            }

            return [message];
        }

        AlignmentResult[] one = await new Network(Party.Names(3), Record).RunAsync(sets);
        AlignmentResult[] two = await new Network(Party.Names(3), Record).RunAsync(sets);
        Assert.Equal(one[0].Rows.Order(), two[0].Rows.Order());
        Assert.NotEqual(one[0].Rows, two[0].Rows);
        Assert.NotEqual(one[0].Id, two[0].Id);
        Assert.Equal(2, elements.Distinct().Count());
    }

    [Fact]
    public async Task RunAsync_fixed_order_contributions_repeat_the_order_in_another_run()
    {
        ItemSet[] sets = Sets(3, 30, 5);
        Network Repeat(byte run, byte contribution) => new(Party.Names(3))
        {
            Oprf = new FakeOprf(),
            Adjust = (party, role) => role with
            {
                Run = RunId.FromBytes(Enumerable.Repeat(run, RunId.Size).ToArray()),
                OrderContribution = Enumerable.Repeat(party == role.Leader ? contribution : (byte)1, 32).ToArray(),
            },
        };
        IReadOnlyList<int> one = (await Repeat(1, 5).RunAsync(sets))[0].Rows;
        Assert.Equal(one, (await Repeat(2, 5).RunAsync(sets))[0].Rows);
        Assert.NotEqual(one, (await Repeat(2, 6).RunAsync(sets))[0].Rows);
    }

    [Theory]
    [InlineData("ecdh")]
    [InlineData("vole")]
    public async Task RunAsync_no_item_is_on_the_wire(string protocol)
    {
        var observer = new Recorder();
        ItemSet[] sets = Sets(3, 20, 20);
        await new Network(Party.Names(3), null, new ChannelOptions { Observer = observer }) { Protocol = protocol }.RunAsync(sets);
        Assert.NotEmpty(observer.Messages);
        foreach (ItemSet set in sets)
        {
            foreach (byte[] item in set.Items.ToArray().Chunk(ItemSet.ItemSize))
            {
                // Eight bytes of a hash do not turn up by chance in a few hundred kilobytes.
                Assert.DoesNotContain(observer.Messages, m => m.AsSpan().IndexOf(item.AsSpan(0, 8)) >= 0);
            }
        }
    }

    [Fact]
    public async Task RunAsync_progress_of_each_step_ends_at_its_total()
    {
        var progress = new Reports();
        var network = new Network(Party.Names(3)) { Oprf = new FakeOprf(), Progress = progress };
        await network.RunAsync(Sets(3, 30, 3));
        Assert.All(progress.All, p => Assert.InRange(p.Done, 0, p.Total));
        foreach (AlignmentStep step in (AlignmentStep[])[AlignmentStep.Transfer, AlignmentStep.Announcement])
        {
            Assert.Contains(progress.All, p => p.Step == step && p.Total > 0 && p.Done == p.Total);
        }

        Assert.Contains(progress.All, p => p.Step == AlignmentStep.RowCheck);
    }

    [Fact]
    public async Task RunAsync_a_follower_that_hangs_up_ends_the_others()
    {
        var network = new Network(Party.Names(3), (from, _, message) =>
            message is OkvsChunk && from == Party.Names(3)[2] ? throw new ChannelLostException() : [message]);
        (AlignmentResult? Result, Exception? Failure)[] all = await network.TryRunAsync(Sets(3, 10, 0));
        Assert.All(all, r => Assert.IsType<ChannelLostException>(r.Failure));
    }

    [Fact]
    public async Task RunAsync_cancelled_while_a_peer_is_silent_ends_as_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var network = new Network(Party.Names(2), (_, _, message) =>
        {
            if (message is EvaluatedElements)
            {
                cancel.Cancel();
                return [];
            }

            return [message];
        });
        (AlignmentResult? Result, Exception? Failure)[] all = await network.TryRunAsync(Sets(2, 10, 0), cancel.Token);
        Assert.IsAssignableFrom<OperationCanceledException>(all[0].Failure);
        Assert.NotNull(all[1].Failure);
    }

    [Fact]
    public async Task RunAsync_a_role_that_does_not_fit_is_refused()
    {
        PartyId[] names = Party.Names(3);
        var network = new Network(names);
        AlignmentRole role = Party.Role(names[0], names);
        await RefusedAsync(role with { Protocol = "plain" }, network);
        await RefusedAsync(role with { Parties = [names[0]] }, network);
        await RefusedAsync(role with { Parties = [names[0], names[1], names[1]] }, network);
        await RefusedAsync(role with { Leader = new PartyId("nobody") }, network);
        await RefusedAsync(role with { Self = new PartyId("nobody") }, network);
        await RefusedAsync(role with { Attempt = 0 }, network);
        await RefusedAsync(role with { MinimumPatients = 0 }, network);
        await RefusedAsync(role with { OrderContribution = new byte[31] }, network);
        await RefusedAsync(role with { Parties = [.. names, new PartyId("absent")] }, network);
    }

    [Fact]
    public void Of_a_study_takes_its_leader_parties_and_settings()
    {
        var study = new Study
        {
            Name = "s",
            LabelParty = new PartyId("clinic"),
            FeatureParties = [new PartyId("a-lab"), new PartyId("b-lab")],
            Task = new TaskSettings { Kind = TaskKind.Binary },
            Labels = new LabelSettings(),
            Alignment = new AlignmentSettings { MinimumPatients = 77 },
        };
        var role = AlignmentRole.Of(study, Party.Study, new PartyId("b-lab"), Party.Run, 3);
        Assert.Equal(new PartyId("clinic"), role.Leader);
        Assert.Equal(3, role.Parties.Count);
        Assert.Equal((77, "vole", 3), (role.MinimumPatients, role.Protocol, role.Attempt));
    }

    private static async Task RefusedAsync(AlignmentRole role, Network network) =>
        await Assert.ThrowsAnyAsync<ArgumentException>(() =>
            Aligner.RunAsync(role, [Party.Items(["a"])], network.ChannelsOf(network.Parties[0]), null, CancellationToken.None));

    /// <summary>So many common patients, and so many that each party has alone.</summary>
    private static ItemSet[] Sets(int parties, int common, int own) => [.. Enumerable.Range(0, parties).Select(p => Party.Items(
        [.. Enumerable.Range(0, common).Select(i => $"common-{i}"), .. Enumerable.Range(0, own).Select(i => $"own-{p}-{i}")]))];

    private sealed class Recorder : IChannelObserver
    {
        public ConcurrentBag<byte[]> Messages { get; } = [];

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message) => Messages.Add(message.ToArray());

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
        }
    }

    private sealed class Reports : IProgress<AlignmentProgress>
    {
        public ConcurrentQueue<AlignmentProgress> All { get; } = [];

        public void Report(AlignmentProgress value) => All.Enqueue(value);
    }
}
