using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using Xunit;

namespace VerticalFL.Alignment.Tests;

/// <summary>
/// One party's messages are changed on their way. Whoever receives them must name that party and the step, and nobody may wait for ever
/// (the network's patience would show as a cancellation).
/// </summary>
public sealed class HostilePeerTests
{
    private static readonly PartyId Leader = new("hospital");
    private static readonly PartyId Follower = new("party-1");
    private static readonly PartyId OtherFollower = new("party-2");

    // p = 2^255 - 19 in little endian: not a canonical field element.
    private static readonly byte[] NonCanonical = [0xed, .. Enumerable.Repeat((byte)0xff, 30), 0x7f];

    private delegate IEnumerable<object> Change(object message);

    public static TheoryData<string, int> HelloCases => new()
    {
        { "version", 2 }, { "study", 2 }, { "run", 3 }, { "attempt", 2 }, { "protocol", 2 }, { "minimum", 3 }, { "pass", 2 }, { "no hello", 2 },
    };

    [Theory]
    [MemberData(nameof(HelloCases))]
    public async Task RunAsync_a_hello_of_something_else_is_refused(string field, int parties)
    {
        await RefusedAsync(parties, Follower, Leader, field == "no hello" ? "receive" : "hello", On<AlignmentHello>(h => field switch
        {
            "version" => [h with { Version = 1 }],
            "study" => [h with { Study = StudyId.FromBytes(new byte[StudyId.Size]) }],
            "run" => [h with { Run = RunId.FromBytes(new byte[RunId.Size]) }],
            "attempt" => [h with { Attempt = 7 }],
            "protocol" => [h with { Protocol = "vole" }],
            "minimum" => [h with { MinimumPatients = 2 }],
            "pass" => [h with { Pass = 2 }],
            _ => [new OprfTags(0, 8, new byte[8])],
        }));
    }

    [Fact]
    public Task RunAsync_a_leader_that_names_other_parties_is_refused() =>
        RefusedAsync(3, Leader, Follower, "hello", On<AlignmentSizes>(s => [s with { Parties = [Leader, OtherFollower, Follower] }]));

    [Fact]
    public Task RunAsync_a_leader_that_misreports_our_size_is_refused() =>
        RefusedAsync(3, Leader, Follower, "hello", On<AlignmentSizes>(s => [s with { Sizes = [s.Sizes[0], s.Sizes[1] + 1, s.Sizes[2]] }]));

    [Fact]
    public Task RunAsync_a_leader_that_tells_followers_different_sizes_is_found_out_by_them() =>
        RefusedAsync(
            3,
            Leader,
            Follower,
            "zero-share key",
            On<AlignmentSizes>(s => [s with { Sizes = [s.Sizes[0], s.Sizes[1], s.Sizes[2] + 1] }]),
            blamed: OtherFollower);

    [Fact]
    public async Task RunAsync_a_set_larger_than_the_policy_takes_is_refused()
    {
        var network = new Network(Party.Names(2)) { Adjust = (p, role) => p == Leader ? role with { LargestPeerSet = 29 } : role };
        Refused((await network.TryRunAsync(Party.Items(Ids(5)), Party.Items(Ids(30))))[0].Failure, Follower, "hello");
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("non-canonical")]
    [InlineData("repeated")]
    [InlineData("one missing")]
    [InlineData("one too many")]
    [InlineData("wrong place")]
    public async Task RunAsync_bad_blinded_elements_are_refused(string fault) =>
        await RefusedAsync(2, Leader, Follower, "blinded elements", On<BlindedElements>(b =>
            [new BlindedElements(fault == "wrong place" ? 1 : 0, Spoil(b.Elements, fault))]));

    [Theory]
    [InlineData("identity", 2)]
    [InlineData("non-canonical", 3)]
    [InlineData("repeated", 2)]
    [InlineData("one missing", 3)]
    [InlineData("one too many", 2)]
    [InlineData("wrong place", 2)]
    public async Task RunAsync_bad_evaluated_elements_are_refused(string fault, int parties) =>
        await RefusedAsync(parties, Follower, Leader, "evaluated elements", On<EvaluatedElements>(e =>
            [new EvaluatedElements(fault == "wrong place" ? 1 : 0, Spoil(e.Elements, fault))]));

    [Theory]
    [InlineData("size")]
    [InlineData("one missing")]
    [InlineData("one too many")]
    [InlineData("descending")]
    [InlineData("all twice")]
    [InlineData("wrong place")]
    public async Task RunAsync_bad_tags_are_refused(string fault) =>
        await RefusedAsync(2, Follower, Leader, "tags", On<OprfTags>(t => [fault switch
        {
            "size" => t with { TagSize = t.TagSize + 1, Tags = new byte[30 * (t.TagSize + 1)] },
            "one missing" => t with { Tags = t.Tags[..^t.TagSize] },
            "one too many" => t with { Tags = (byte[])[.. t.Tags.Span, .. t.Tags.Span[..t.TagSize]] },
            "descending" => t with { Tags = t.Tags.ToArray().Chunk(t.TagSize).Reverse().SelectMany(x => x).ToArray() },
            "all twice" => t with { Tags = t.Tags.ToArray().Chunk(t.TagSize).Take(15).SelectMany(x => (byte[])[.. x, .. x]).ToArray() },
            _ => t with { First = 1 },
        }]));

    [Theory]
    [InlineData("size")]
    [InlineData("one missing")]
    [InlineData("wrong place")]
    public async Task RunAsync_a_bad_table_is_refused(string fault) =>
        await RefusedAsync(3, OtherFollower, Leader, "table", On<OkvsChunk>(c => [fault switch
        {
            "size" => c with { ValueSize = 16, Slots = new byte[c.Slots.Length / 10 * 16] },
            "one missing" => c with { Slots = c.Slots[..^10] },
            _ => c with { First = 1 },
        }]));

    [Fact]
    public async Task RunAsync_a_seed_that_changes_within_the_table_is_refused() =>
        await RefusedAsync(
            3,
            Follower,
            Leader,
            "table",
            On<OkvsChunk>(c => [c.First == 0 ? c : c with { Seed = new byte[32] }]),
            size: 4000,
            oprf: new FakeOprf());

    [Theory]
    [InlineData("size")]
    [InlineData("one missing")]
    [InlineData("one too many")]
    [InlineData("descending")]
    [InlineData("repeated")]
    [InlineData("unknown")]
    [InlineData("cohort too large")]
    [InlineData("small with tags")]
    public async Task RunAsync_a_bad_announcement_is_refused(string fault) =>
        await RefusedAsync(3, Leader, Follower, "announcement", On<CohortAnnouncement>(a => [fault switch
        {
            "size" => a with { TagSize = a.TagSize + 1, Tags = new byte[a.CohortSize * (a.TagSize + 1)] },
            "one missing" => a with { Tags = a.Tags[..^a.TagSize] },
            "one too many" => a with { Tags = (byte[])[.. a.Tags.Span, .. a.Tags.Span[..a.TagSize]] },
            "descending" => a with { Tags = a.Tags.ToArray().Chunk(a.TagSize).Reverse().SelectMany(x => x).ToArray() },
            "repeated" => a with { Tags = (byte[])[.. a.Tags.Span[..a.TagSize], .. a.Tags.Span[..^a.TagSize]] },
            "unknown" => a with { Tags = new byte[a.Tags.Length] },
            "cohort too large" => a with { CohortSize = 31 },
            _ => a with { CohortSize = 0 },
        }]));

    [Theory]
    [InlineData("one byte missing")]
    [InlineData("one byte too many")]
    [InlineData("none")]
    [InlineData("wrong place")]
    [InlineData("behind the last tag")]
    [InlineData("one fewer than it says")]
    [InlineData("another of our patients")]
    [InlineData("another sum")]
    [InlineData("cohort too large")]
    [InlineData("small with marks")]
    public async Task RunAsync_bad_marks_are_refused(string fault) =>
        await RefusedAsync(2, Leader, Follower, "announcement", On<CohortMarks>(m => [fault switch
        {
            "one byte missing" => m with { Marks = m.Marks[..^1] },
            "one byte too many" => m with { Marks = (byte[])[.. m.Marks.Span, 0] },
            "none" => m with { Marks = ReadOnlyMemory<byte>.Empty },
            "wrong place" => m with { First = 8 },
            "behind the last tag" => m with { Marks = (byte[])[.. m.Marks.Span[..^1], (byte)(m.Marks.Span[^1] | 0x80)] },
            "one fewer than it says" => m with { Marks = WithoutLowest(m.Marks) },
            "another of our patients" => m with { Marks = (byte[])[(byte)~m.Marks.Span[0], (byte)~m.Marks.Span[1], (byte)~m.Marks.Span[2], (byte)(~m.Marks.Span[3] & 0x3f)] },
            "another sum" => m with { Sum = new byte[16] },
            "cohort too large" => m with { CohortSize = 31 },
            _ => m with { CohortSize = 0 },
        }]), common: 15);

    [Fact]
    public async Task RunAsync_another_cohort_for_one_follower_fails_the_row_check()
    {
        (AlignmentResult? Result, Exception? Failure)[] all = await RunAsync(3, Leader, Follower, On<CohortAnnouncement>(a =>
            [a with { CohortSize = a.CohortSize - 1, Tags = a.Tags[a.TagSize..] }]));
        Assert.All(all, r => Assert.Null(r.Result));
        Assert.Contains(all, r => r.Failure is PeerProtocolException { Step: "alignment: row check" });
    }

    [Fact]
    public async Task RunAsync_another_order_contribution_for_one_party_fails_the_row_check()
    {
        (AlignmentResult? Result, Exception? Failure)[] all = await RunAsync(3, Follower, OtherFollower, On<OrderContribution>(c =>
            [c with { Contribution = new byte[32] }]));
        Assert.Contains(all, r => r.Failure is PeerProtocolException { Step: "alignment: row check" });
    }

    [Fact]
    public async Task RunAsync_a_digest_that_differs_is_refused()
    {
        // The last message of all: the party whose digest was changed has nothing left to wait for and ends well.
        (AlignmentResult? Result, Exception? Failure)[] all = await RunAsync(2, Follower, Leader, On<RowCheckDigest>(d =>
            [d with { Digest = new byte[32] }]));
        Refused(all[0].Failure, Follower, "row check");
    }

    [Fact]
    public Task RunAsync_a_contribution_of_another_session_is_refused() =>
        RefusedAsync(3, Follower, OtherFollower, "zero-share key", On<ZeroShareKey>(k => [k with { Session = new byte[32] }]));

    [Fact]
    public Task RunAsync_a_message_out_of_turn_is_refused() =>
        RefusedAsync(2, Follower, Leader, "receive", On<EvaluatedElements>(e => [new OrderContribution(new byte[32], new byte[32])]));

    private static IEnumerable<string> Ids(int count) => Enumerable.Range(0, count).Select(i => $"p-{i}");

    private static Change On<T>(Func<T, IEnumerable<object>> change) => message => message is T hit ? change(hit) : [message];

    private static byte[] WithoutLowest(ReadOnlyMemory<byte> marks)
    {
        byte[] fewer = marks.ToArray();
        int at = Array.FindIndex(fewer, b => b != 0);
        fewer[at] &= (byte)(fewer[at] - 1);
        return fewer;
    }

    private static byte[] Spoil(ReadOnlyMemory<byte> elements, string fault) => fault switch
    {
        "identity" => [.. elements.Span[..^32], .. new byte[32]],
        "non-canonical" => [.. elements.Span[..^32], .. NonCanonical],
        "repeated" => [.. elements.Span[..^32], .. elements.Span[..32]],
        "one missing" => [.. elements.Span[..^32]],
        "one too many" => [.. elements.Span, .. elements.Span[..32]],
        _ => elements.ToArray(),
    };

    private static async Task<(AlignmentResult? Result, Exception? Failure)[]> RunAsync(
        int parties, PartyId from, PartyId to, Change change, int size = 30, FakeOprf? oprf = null, int? common = null)
    {
        var network = new Network(Party.Names(parties), (f, t, m) => f == from && t == to ? change(m) : [m]) { Oprf = oprf };
        return await network.TryRunAsync([.. Enumerable.Range(0, parties).Select(p => Party.Items(
            [.. Ids(common ?? size), .. Enumerable.Range(0, size - (common ?? size)).Select(i => $"own-{p}-{i}")]))]);
    }

    private static async Task RefusedAsync(
        int parties, PartyId from, PartyId to, string step, Change change, PartyId? blamed = null, int size = 30, FakeOprf? oprf = null, int? common = null)
    {
        (AlignmentResult? Result, Exception? Failure)[] all = await RunAsync(parties, from, to, change, size, oprf, common);
        Refused(all[Array.IndexOf(Party.Names(parties), to)].Failure, blamed ?? from, step);
        Assert.All(all, r => Assert.True(r.Result is null && r.Failure is not OperationCanceledException));
    }

    private static void Refused(Exception? failure, PartyId peer, string step)
    {
        PeerProtocolException refusal = Assert.IsType<PeerProtocolException>(failure);
        Assert.Equal(peer, refusal.Peer);
        Assert.Contains(step, refusal.Step);
    }
}
