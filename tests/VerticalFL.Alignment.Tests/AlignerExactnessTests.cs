using VerticalFL.Alignment.Identifiers;
using Xunit;

namespace VerticalFL.Alignment.Tests;

/// <summary>The cohort is the plain set intersection, at every size, and the same in the same order at every party.</summary>
public sealed class AlignerExactnessTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RunAsync_every_size_to_64_is_exact(int parties)
    {
        for (int size = 0; size <= 64; size++)
        {
            var random = new Random(size);
            await CheckAsync(new FakeOprf(), RandomSets(random, parties, _ => size, size + (size / 2) + 1));
        }
    }

    [Theory]
    [InlineData(2, 65)]
    [InlineData(2, 127)]
    [InlineData(3, 128)]
    [InlineData(3, 255)]
    [InlineData(4, 100)]
    [InlineData(4, 257)]
    [InlineData(5, 200)]
    [InlineData(6, 300)]
    public async Task RunAsync_larger_sets_are_exact(int parties, int size)
    {
        var random = new Random(size);
        await CheckAsync(new FakeOprf(), RandomSets(random, parties, _ => random.Next(size / 2, size), size));
    }

    [Theory]
    [InlineData(2, 4096)]
    [InlineData(2, 4097)]
    [InlineData(3, 4095)]
    [InlineData(3, 8193)]
    public async Task RunAsync_at_the_edge_of_a_chunk_is_exact(int parties, int size) =>
        await CheckAsync(new FakeOprf(), RandomSets(new Random(size), parties, _ => size, size));

    [Theory]
    [InlineData(2, 10, 5000)]
    [InlineData(2, 5000, 10)]
    [InlineData(3, 10, 5000)]
    [InlineData(3, 5000, 10)]
    public async Task RunAsync_unequal_sets_are_exact(int parties, int leader, int followers)
    {
        string[][] sets = [.. Enumerable.Range(0, parties).Select(p => Ids(0, p == 0 ? leader : followers))];
        Assert.Equal(10, await CheckAsync(new FakeOprf(), sets));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task RunAsync_items_of_some_parties_only_are_not_in_the_cohort(int parties)
    {
        // Each party lacks one block of ten that all the others have.
        string[][] sets = [.. Enumerable.Range(0, parties).Select(p =>
            (string[])[.. Ids(0, 7), .. Enumerable.Range(0, parties).Where(b => b != p).SelectMany(b => Ids(100 * (b + 1), 10))])];
        Assert.Equal(7, await CheckAsync(new FakeOprf(), sets));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task RunAsync_the_real_oprf_full_overlap_is_exact(int parties) =>
        Assert.Equal(40, await CheckAsync(null, [.. Enumerable.Range(0, parties).Select(_ => Ids(0, 40))]));

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 17)]
    [InlineData(2, 150)]
    [InlineData(3, 150)]
    [InlineData(6, 20)]
    public async Task RunAsync_the_real_oprf_random_sets_are_exact(int parties, int size) =>
        await CheckAsync(null, RandomSets(new Random(size), parties, _ => size, size + 1));

    [Fact]
    public async Task RunAsync_the_real_oprf_more_than_one_chunk_is_exact() =>
        Assert.Equal(100, await CheckAsync(null, [Ids(0, 4100), Ids(4000, 200)]));

    private static string[] Ids(int first, int count) => [.. Enumerable.Range(first, count).Select(Id)];

    // A long common prefix, as medical record numbers of one registry have.
    private static string Id(int i) => $"national-registry/2026/region-north/hospital/record-{i:D8}";

    private static string[][] RandomSets(Random random, int parties, Func<int, int> size, int universe) =>
        [.. Enumerable.Range(0, parties).Select(p => Ids(0, Math.Max(universe, 1)).OrderBy(_ => random.Next()).Take(size(p)).ToArray())];

    private static async Task<int> CheckAsync(FakeOprf? oprf, string[][] sets)
    {
        HashSet<string> expected = [.. sets[0]];
        foreach (string[] set in sets.Skip(1))
        {
            expected.IntersectWith(set);
        }

        var network = new Network(Party.Names(sets.Length)) { Oprf = oprf };
        ItemSet[] items = [.. sets.Select(Party.Items)];
        if (expected.Count == 0)
        {
            foreach ((_, Exception? failure) in await network.TryRunAsync(items))
            {
                Assert.Equal(0, Assert.IsType<CohortTooSmallException>(failure).Patients);
            }

            return 0;
        }

        AlignmentResult[] results = await network.RunAsync(items);
        string[] order = [.. results[0].Rows.Select(r => sets[0][r])];
        Assert.Equal(expected.Count, order.Length);
        Assert.True(expected.SetEquals(order));
        for (int p = 1; p < sets.Length; p++)
        {
            Assert.Equal(order, results[p].Rows.Select(r => sets[p][r]));
            Assert.Equal(results[0].Id, results[p].Id);
            Assert.Equal(sets.Select(s => s.Length), network.Parties.Select(n => results[p].Sizes[n]));
        }

        return order.Length;
    }
}
