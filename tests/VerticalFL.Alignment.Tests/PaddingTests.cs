using System.Collections.Concurrent;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using Xunit;

namespace VerticalFL.Alignment.Tests;

/// <summary>Every party brings as many items as the study says, whatever it has.</summary>
public sealed class PaddingTests
{
    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string protocol in Aligner.Protocols)
            {
                cases.Add(protocol, 2);
                cases.Add(protocol, 3);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Padded_sets_have_the_same_cohort_and_one_size(string protocol, int parties)
    {
        ItemSet[] sets = Sets(parties);
        var sizes = new ConcurrentBag<int>();
        IEnumerable<object> Record(PartyId from, PartyId to, object message)
        {
            if (message is AlignmentHello hello)
            {
                sizes.Add(hello.Size);
            }

            return [message];
        }

        var network = new Network(Party.Names(parties), Record) { Protocol = protocol, Adjust = (_, role) => role with { PadTo = 60 } };
        AlignmentResult[] results = await network.RunAsync(sets);

        Assert.Equal(2 * (parties - 1), sizes.Count);
        Assert.All(sizes, size => Assert.Equal(60, size));
        Assert.Equal(Enumerable.Range(0, 20), results[0].Rows.Order());
        Assert.All(results, r => Assert.Equal(results[0].Rows, r.Rows));
        Assert.All(results.SelectMany(r => r.Sizes.Values), size => Assert.Equal(60, size));
    }

    [Fact]
    public async Task Set_that_just_fits_needs_no_padding_and_a_larger_one_is_refused()
    {
        ItemSet[] sets = Sets(2);
        int largest = sets.Max(s => s.Count);
        Assert.Equal(20, (await Run(sets, largest))[0].Result!.Rows.Count);
        Assert.Contains(await Run(sets, largest - 1), r => r.Failure is ArgumentException { Message: var text } && text.Contains($"{largest - 1}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Peer_that_does_not_pad_is_refused()
    {
        PartyId[] names = Party.Names(3);
        foreach (PartyId unpadded in names)
        {
            var network = new Network(names) { Adjust = (party, role) => role with { PadTo = party == unpadded ? null : 60 } };
            (AlignmentResult? Result, Exception? Failure)[] all = await network.TryRunAsync(Sets(3));
            Assert.Contains(all, r => r.Failure is PeerProtocolException { Message: var text } && text.Contains("padded", StringComparison.Ordinal));
            Assert.All(all, r => Assert.Null(r.Result));
        }
    }

    [Fact]
    public void Padding_is_drawn_anew_each_time_and_stands_among_the_items()
    {
        ItemSet own = Party.Items(Enumerable.Range(0, 20).Select(i => $"{i}"));
        ItemSet[] padded = [own.PadTo(5000), own.PadTo(5000)];
        foreach (ItemSet set in padded)
        {
            string[] items = [.. Items(set)];
            Assert.Equal(5000, set.Count);
            Assert.Equal(items.Order(StringComparer.Ordinal).Distinct(), items);
            Assert.Equal(Items(own).Zip(own.Rows), items.Zip(set.Rows).Where(i => i.Second != ItemSet.NoRow));
        }

        Assert.Equal(20, Items(padded[0]).Intersect(Items(padded[1])).Count());
    }

    private static IEnumerable<string> Items(ItemSet set) => set.Items.ToArray().Chunk(ItemSet.ItemSize).Select(Convert.ToHexString);

    private static Task<(AlignmentResult? Result, Exception? Failure)[]> Run(ItemSet[] sets, int bound) =>
        new Network(Party.Names(sets.Length)) { Adjust = (_, role) => role with { PadTo = bound } }.TryRunAsync(sets);

    /// <summary>Twenty common patients in the first rows, and each party's own.</summary>
    private static ItemSet[] Sets(int parties) =>
        [.. Enumerable.Range(0, parties).Select(p => Party.Items(
            [.. Enumerable.Range(0, 20).Select(i => $"common-{i}"), .. Enumerable.Range(0, 10 * p).Select(i => $"own-{p}-{i}")]))];
}
