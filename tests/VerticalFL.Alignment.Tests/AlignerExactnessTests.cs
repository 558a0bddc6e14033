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
            await Exactness.CheckAsync(new FakeOprf(), Exactness.RandomSets(random, parties, _ => size, size + (size / 2) + 1));
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
        await Exactness.CheckAsync(new FakeOprf(), Exactness.RandomSets(random, parties, _ => random.Next(size / 2, size), size));
    }

    [Theory]
    [InlineData(2, 4096)]
    [InlineData(2, 4097)]
    [InlineData(3, 4095)]
    [InlineData(3, 8193)]
    public async Task RunAsync_at_the_edge_of_a_chunk_is_exact(int parties, int size) =>
        await Exactness.CheckAsync(new FakeOprf(), Exactness.RandomSets(new Random(size), parties, _ => size, size));

    [Theory]
    [InlineData(2, 10, 5000)]
    [InlineData(2, 5000, 10)]
    [InlineData(3, 10, 5000)]
    [InlineData(3, 5000, 10)]
    public async Task RunAsync_unequal_sets_are_exact(int parties, int leader, int followers)
    {
        string[][] sets = [.. Enumerable.Range(0, parties).Select(p => Exactness.Ids(0, p == 0 ? leader : followers))];
        Assert.Equal(10, await Exactness.CheckAsync(new FakeOprf(), sets));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    public async Task RunAsync_items_of_some_parties_only_are_not_in_the_cohort(int parties)
    {
        // Each party lacks one block of ten that all the others have.
        string[][] sets = [.. Enumerable.Range(0, parties).Select(p =>
            (string[])[.. Exactness.Ids(0, 7), .. Enumerable.Range(0, parties).Where(b => b != p).SelectMany(b => Exactness.Ids(100 * (b + 1), 10))])];
        Assert.Equal(7, await Exactness.CheckAsync(new FakeOprf(), sets));
    }
}
