using System.Text.Json.Nodes;
using VerticalFL.Testing;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class PublicOrderTests
{
    private static readonly JsonNode Root =
        JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "training", "vectors", "public-order.json")))!;

    [Fact]
    public void Shuffle_matches_the_vectors()
    {
        foreach (JsonNode? c in Root["shuffles"]!.AsArray())
        {
            int[] expected = Ints(c!["rows"]);
            int[] rows = [.. Enumerable.Range(0, expected.Length)];

            PublicOrder.Shuffle(c["purpose"]!.GetValue<string>(), c["seed"]!.GetValue<int>(), c["number"]!.GetValue<int>(), rows);

            Assert.Equal(expected, rows);
        }
    }

    [Fact]
    public void EpochBatches_match_the_vectors()
    {
        foreach (JsonNode? c in Root["batches"]!.AsArray())
        {
            int[] rows = [.. Enumerable.Range(0, c!["rows"]!.GetValue<int>())];

            IReadOnlyList<ReadOnlyMemory<int>> batches =
                PublicOrder.EpochBatches(c["seed"]!.GetValue<int>(), c["epoch"]!.GetValue<int>(), rows, c["batch"]!.GetValue<int>());

            Assert.Equal(c["batches"]!.AsArray().Select(Ints), batches.Select(b => b.ToArray()));
        }
    }

    [Fact]
    public void EpochBatches_hold_every_row_once_in_pieces_of_nearly_one_size()
    {
        for (int n = 1; n < 40; n++)
        {
            for (int batch = 1; batch < 45; batch++)
            {
                int[] rows = [.. Enumerable.Range(100, n)];

                IReadOnlyList<ReadOnlyMemory<int>> batches = PublicOrder.EpochBatches(5, 2, rows, batch);

                Assert.Equal(rows, batches.SelectMany(b => b.ToArray()).Order());
                Assert.Equal((n + batch - 1) / batch, batches.Count);
                Assert.True(batches.Max(b => b.Length) <= batch);
                Assert.True(batches.Max(b => b.Length) - batches.Min(b => b.Length) <= 1);
            }
        }
    }

    private static int[] Ints(JsonNode? node) => [.. node!.AsArray().Select(v => v!.GetValue<int>())];
}
