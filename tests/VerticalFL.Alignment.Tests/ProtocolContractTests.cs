using Xunit;

namespace VerticalFL.Alignment.Tests;

/// <summary>
/// Every protocol gives the plain intersection, and all of them the same rows in the same order. Set VFL_LONG=1 for every size from 0 to
/// 300 and for the sizes that take long.
/// </summary>
public sealed class ProtocolContractTests
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("VFL_LONG") == "1";

    public static TheoryData<string> Protocols => [.. Aligner.Protocols];

    public static TheoryData<int, int> Sizes
    {
        get
        {
            var sizes = new TheoryData<int, int>();
            foreach (int size in Long ? Enumerable.Range(0, 301) : [0, 1, 2, 25, 129, 300])
            {
                sizes.Add(size, size % 5 == 0 ? 3 : 2);
            }

            return sizes;
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public async Task Every_size_is_exact_and_the_same_with_every_protocol(int size, int parties)
    {
        string[][] sets = Exactness.RandomSets(new Random(size), parties, _ => size, size + (size / 4));
        string[]? before = null;
        foreach (string protocol in Aligner.Protocols)
        {
            string[] order = await Exactness.CheckAsync(protocol, sets);
            Assert.Equal(before ?? order, order);
            before = order;
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Full_overlap_is_exact(string protocol) =>
        Assert.Equal(40, (await Exactness.CheckAsync(protocol, [.. Enumerable.Range(0, 3).Select(_ => Exactness.Ids(0, 40))])).Length);

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task No_overlap_ends_every_party_with_a_cohort_of_none(string protocol) =>
        Assert.Empty(await Exactness.CheckAsync(protocol, Exactness.Ids(0, 30), Exactness.Ids(30, 30)));

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task More_than_one_chunk_is_exact(string protocol) =>
        Assert.Equal(100, (await Exactness.CheckAsync(protocol, Exactness.Ids(0, 4100), Exactness.Ids(4000, 200))).Length);

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Unequal_sets_are_exact(string protocol)
    {
        Assert.Equal(10, (await Exactness.CheckAsync(protocol, Exactness.Ids(0, 10), Exactness.Ids(0, 3000))).Length);
        Assert.Equal(10, (await Exactness.CheckAsync(protocol, Exactness.Ids(0, 3000), Exactness.Ids(0, 10))).Length);
    }

    [Theory]
    [InlineData("ecdh", 8)]
    [InlineData("vole", 4)]
    public async Task Many_parties_are_exact(string protocol, int parties) => await Exactness.CheckAsync(
        protocol, Exactness.RandomSets(new Random(parties), parties, p => 50 + p, 60));

    // Where an OKVS goes from one bin to two, and around a power of two.
    [Theory]
    [InlineData(32767, 2)]
    [InlineData(32768, 3)]
    [InlineData(32769, 2)]
    [InlineData(65535, 2)]
    [InlineData(65537, 3)]
    public async Task Vole_at_the_edges_of_bins_is_exact(int size, int parties)
    {
        Assert.SkipUnless(Long || size is 32768, "Takes long; VFL_LONG=1 runs it.");
        string[][] sets = [.. Enumerable.Range(0, parties).Select(p => Exactness.Ids(p * 100, size))];
        Assert.Equal(size - ((parties - 1) * 100), (await Exactness.CheckAsync("vole", sets)).Length);
    }

    [Fact]
    public async Task Vole_with_unequal_bins_and_eight_parties_is_exact()
    {
        Assert.SkipUnless(Long, "Takes long; VFL_LONG=1 runs it.");
        Assert.Equal(10, (await Exactness.CheckAsync("vole", Exactness.Ids(0, 10), Exactness.Ids(0, 500_000))).Length);
        Assert.Equal(10, (await Exactness.CheckAsync("vole", Exactness.Ids(0, 500_000), Exactness.Ids(0, 10))).Length);
        Assert.Equal(1000, (await Exactness.CheckAsync("vole", [.. Enumerable.Range(0, 8).Select(p => Exactness.Ids(0, 1000 * (p + 1)))])).Length);
    }

    [Theory]
    [InlineData("vole")]
    [InlineData("ecdh")]
    public async Task Ten_against_ten_million_are_exact(string protocol)
    {
        Assert.SkipUnless(Long, "Takes minutes and some 6 GiB; VFL_LONG=1 runs it.");
        string[] few = Exactness.Ids(9_999_995, 10);
        string[] many = Exactness.Ids(0, 10_000_000);
        Assert.Equal(5, (await Exactness.CheckAsync(protocol, few, many)).Length);
        Assert.Equal(5, (await Exactness.CheckAsync(protocol, many, few)).Length);
    }
}
