using VerticalFL.Alignment.Identifiers;
using Xunit;

namespace VerticalFL.Alignment.Tests;

/// <summary>Holds an alignment against the plain intersection, and every party's rows against every other's.</summary>
internal static class Exactness
{
    public static string[] Ids(int first, int count) => [.. Enumerable.Range(first, count).Select(Id)];

    public static string[][] RandomSets(Random random, int parties, Func<int, int> size, int universe) =>
        [.. Enumerable.Range(0, parties).Select(p => Ids(0, Math.Max(universe, 1)).OrderBy(_ => random.Next()).Take(size(p)).ToArray())];

    /// <summary>With a stand-in for the OPRF.</summary>
    /// <returns>How many are common.</returns>
    public static async Task<int> CheckAsync(FakeOprf oprf, string[][] sets) =>
        (await RunAsync(new Network(Party.Names(sets.Length)) { Oprf = oprf }, sets)).Length;

    /// <summary>With one of the protocols, and contributions to the order that are the same each time.</summary>
    /// <returns>The common identifiers in their order.</returns>
    public static Task<string[]> CheckAsync(string protocol, params string[][] sets)
    {
        var network = new Network(Party.Names(sets.Length))
        {
            Protocol = protocol, Adjust = (party, role) => role with { OrderContribution = new byte[32] },
            Patience = TimeSpan.FromMinutes(sets.Max(s => s.Length) > 1_000_000 ? 120 : 1),
        };
        return RunAsync(network, sets);
    }

    private static async Task<string[]> RunAsync(Network network, string[][] sets)
    {
        HashSet<string> expected = [.. sets[0]];
        foreach (string[] set in sets.Skip(1))
        {
            expected.IntersectWith(set);
        }

        ItemSet[] items = [.. sets.Select(Party.Items)];
        if (expected.Count == 0)
        {
            foreach ((_, Exception? failure) in await network.TryRunAsync(items))
            {
                Assert.Equal(0, Assert.IsType<CohortTooSmallException>(failure).Patients);
            }

            return [];
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

        return order;
    }

    // A long common prefix, as medical record numbers of one registry have.
    private static string Id(int i) => $"national-registry/2026/region-north/hospital/record-{i:D8}";
}
