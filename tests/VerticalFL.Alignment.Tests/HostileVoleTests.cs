using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using Xunit;

namespace VerticalFL.Alignment.Tests;

/// <summary>A message of the VOLE is changed on its way: whoever receives it names the sender and the step.</summary>
public sealed class HostileVoleTests
{
    private static readonly PartyId Leader = new("hospital");
    private static readonly PartyId Follower = new("party-1");

    [Fact]
    public Task A_request_with_a_bad_element_is_refused() =>
        RefusedAsync(Follower, Leader, "vole request", m => m is VoleRequest r ? new VoleRequest(Flip(r.Request, 31, 0x80)) : m);

    [Theory]
    [InlineData("cut")]
    [InlineData("element")]
    [InlineData("column")]
    public Task A_bad_answer_is_refused(string fault) => RefusedAsync(Leader, Follower, "vole answer", m => m is VoleAnswer a
        ? new VoleAnswer(fault switch
        {
            "cut" => a.Answer[..^16],
            "element" => Flip(a.Answer, 31, 0x80),
            _ => Flip(a.Answer, 5000, 1),
        })
        : m);

    [Fact]
    public Task Sums_of_another_length_are_refused() =>
        RefusedAsync(Follower, Leader, "vole sums", m => m is VoleSums s ? new VoleSums(s.Sums[..^16]) : m);

    [Fact]
    public Task A_correction_that_is_false_fails_the_check() =>
        RefusedAsync(Follower, Leader, "vole proof", m => m is VoleSums s ? new VoleSums(Flip(s.Sums, s.Sums.Length - 1, 1)) : m);

    [Fact]
    public Task A_proof_that_is_false_is_refused() =>
        RefusedAsync(Follower, Leader, "vole proof", m => m is VoleProof p ? new VoleProof(Flip(p.Proof, 0, 1)) : m);

    [Theory]
    [InlineData("one missing")]
    [InlineData("wrong place")]
    public Task A_bad_table_is_refused(string fault) => RefusedAsync(Leader, Follower, "vole table", m => m is VoleTable t
        ? fault == "wrong place" ? t with { First = 1 } : t with { Slots = t.Slots[..^16] }
        : m);

    [Fact]
    public Task A_header_that_changes_within_the_table_is_refused() => RefusedAsync(
        Leader, Follower, "vole table", m => m is VoleTable { First: > 0 } t ? t with { Header = new byte[48] } : m, size: 5000);

    [Fact]
    public Task A_word_that_was_not_committed_to_is_refused() =>
        RefusedAsync(Follower, Leader, "vole word", m => m is VoleWord w ? new VoleWord(Flip(w.Word, 0, 1)) : m);

    [Fact]
    public async Task A_table_that_was_changed_leaves_no_common_patient()
    {
        (AlignmentResult? Result, Exception? Failure)[] all = await RunAsync(Leader, m => m is VoleTable t
            ? t with { Slots = new byte[t.Slots.Length] }
            : m);
        Assert.All(all, r => Assert.IsType<CohortTooSmallException>(r.Failure));
    }

    [Fact]
    public async Task Nothing_is_sent_twice_in_two_runs()
    {
        var seen = new HashSet<string>();
        for (int run = 0; run < 2; run++)
        {
            Assert.All(await RunAsync(Leader, Record), r => Assert.Equal(30, r.Result?.Rows.Count));
            Assert.All(await RunAsync(Follower, Record), r => Assert.Equal(30, r.Result?.Rows.Count));
        }

        Assert.Equal(12, seen.Count);

        object Record(object message)
        {
            ReadOnlyMemory<byte>? secret = message switch
            {
                VoleRequest m => m.Request,
                VoleAnswer m => m.Answer,
                VoleSums m => m.Sums,
                VoleChallenge m => m.Challenge,
                VoleTable m => m.Slots,
                VoleWord m => m.Word,
                _ => (ReadOnlyMemory<byte>?)null,
            };
            if (secret is { } bytes)
            {
                lock (seen)
                {
                    seen.Add(Convert.ToHexString(bytes.Span));
                }
            }

            return message;
        }
    }

    private static byte[] Flip(ReadOnlyMemory<byte> bytes, int at, byte bits)
    {
        byte[] changed = bytes.ToArray();
        changed[at] ^= bits;
        return changed;
    }

    private static async Task<(AlignmentResult? Result, Exception? Failure)[]> RunAsync(PartyId from, Func<object, object> change, int size = 30)
    {
        var network = new Network(Party.Names(2), (f, _, m) => [f == from ? change(m) : m]) { Protocol = "vole" };
        return await network.TryRunAsync(Party.Items(Exactness.Ids(0, size)), Party.Items(Exactness.Ids(0, size)));
    }

    private static async Task RefusedAsync(PartyId from, PartyId to, string step, Func<object, object> change, int size = 30)
    {
        (AlignmentResult? Result, Exception? Failure)[] all = await RunAsync(from, change, size);
        PeerProtocolException refusal = Assert.IsType<PeerProtocolException>(all[to == Leader ? 0 : 1].Failure);
        Assert.Equal(from, refusal.Peer);
        Assert.Contains(step, refusal.Step, StringComparison.Ordinal);
        Assert.All(all, r => Assert.True(r.Result is null && r.Failure is not OperationCanceledException));
    }
}
