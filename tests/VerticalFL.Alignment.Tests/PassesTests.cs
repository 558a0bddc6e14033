using System.Collections.Concurrent;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Alignment.Tests;

/// <summary>Several keys in order of preference: one pass over all parties for each, and what one has matched takes no part in the next.</summary>
public sealed class PassesTests
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

    [Fact]
    public async Task Random_tables_are_matched_as_by_plain_joins_one_after_the_other()
    {
        int matchedLater = 0;
        for (int seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            (int parties, int keys) = (random.Next(2, 5), random.Next(1, 4));
            string?[][][] tables = Tables(random, parties, keys);
            matchedLater += await CheckAsync(new Network(Party.Names(parties)) { Oprf = new FakeOprf() }, tables);
        }

        Assert.True(matchedLater > 100, $"only {matchedLater} patients were matched by a later key");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Random_tables_are_matched_as_by_plain_joins_with_every_protocol(string protocol, int parties)
    {
        for (int seed = 0; seed < 3; seed++)
        {
            await CheckAsync(new Network(Party.Names(parties)) { Protocol = protocol }, Tables(new Random(1000 + seed), parties, 2 + (seed % 2)));
        }
    }

    [Theory]
    [InlineData(7, true)]
    [InlineData(8, false)]
    public async Task Minimum_counts_over_all_passes(int minimum, bool reached)
    {
        IReadOnlyList<ItemSet>[] keys = ThreeByTheFirstAndFourByTheSecond(3);
        (AlignmentResult? Result, Exception? Failure)[] all = await new Network(Party.Names(3)) { Minimum = minimum }.TryRunAsync(keys);
        foreach ((AlignmentResult? result, Exception? failure) in all)
        {
            Assert.Equal(reached, result?.Passes is [{ Patients: 3 }, { Patients: 4 }]);
            Assert.Equal(reached, failure is null);
            Assert.True(reached || failure is CohortTooSmallException { Patients: 7, Minimum: 8 }, failure?.ToString());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Pass_that_matches_nobody_leaves_all_to_the_others(bool first)
    {
        string?[] common = ["a", "b", "c"];
        IReadOnlyList<ItemSet>[] keys =
        [
            .. Enumerable.Range(0, 2).Select(p => Keys(first ? [[null, $"own-{p}", null], common] : [common, [null, $"own-{p}", null]])),
        ];
        AlignmentResult[] results = await new Network(Party.Names(2)) { Minimum = 3 }.RunAsync(keys);
        Assert.All(results, r => Assert.Equal(first ? [0, 3] : [3, 0], r.Passes.Select(p => p.Patients)));
        Assert.Equal([0, 1, 2], results[0].Rows.Order());
    }

    [Fact]
    public async Task Same_values_under_two_keys_are_two_identifiers()
    {
        IReadOnlyList<ItemSet>[] keys = [Keys([["a", "b"], [null, null]]), Keys([[null, null], ["a", "b"]])];
        Assert.All(await new Network(Party.Names(2)).TryRunAsync(keys), r => Assert.IsType<CohortTooSmallException>(r.Failure));
    }

    [Fact]
    public async Task Sizes_tell_how_many_patients_a_party_is_known_to_have()
    {
        AlignmentResult result = (await new Network(Party.Names(2)).RunAsync(ThreeByTheFirstAndFourByTheSecond(2)))[0];

        // Five identifiers under the first key; three of their rows matched, and eight others have one under the second.
        Assert.All(result.Passes[0].Sizes.Values, s => Assert.Equal(5, s));
        Assert.All(result.Passes[1].Sizes.Values, s => Assert.Equal(8, s));
        Assert.All(result.Sizes.Values, s => Assert.Equal(3 + 8, s));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Every_pass_is_padded_so_that_no_size_tells_how_many_are_left(string protocol, int parties)
    {
        var hellos = new ConcurrentBag<(int Pass, int Size)>();
        IEnumerable<object> Record(PartyId from, PartyId to, object message)
        {
            if (message is AlignmentHello hello)
            {
                hellos.Add((hello.Pass, hello.Size));
            }

            return [message];
        }

        AlignmentResult[] results = await new Network(Party.Names(parties), Record) { Protocol = protocol, Adjust = (_, role) => role with { PadTo = 40 } }
            .RunAsync(ThreeByTheFirstAndFourByTheSecond(parties));

        Assert.Equal(2 * (parties - 1), hellos.Count(h => h == (1, 40)));
        Assert.Equal(2 * (parties - 1), hellos.Count(h => h == (2, 40)));
        Assert.Equal(4 * (parties - 1), hellos.Count);
        Assert.All(results, r => Assert.Equal(7, r.Rows.Count));
        Assert.DoesNotContain(ItemSet.NoRow, results[0].Rows);
    }

    [Fact]
    public async Task Every_pass_has_a_session_and_secrets_of_its_own()
    {
        var sessions = new ConcurrentQueue<string>();
        var secrets = new ConcurrentQueue<string>();
        IEnumerable<object> Record(PartyId from, PartyId to, object message)
        {
            if (message is ZeroShareKey key)
            {
                sessions.Enqueue(Convert.ToHexString(key.Session.Span));
                secrets.Enqueue(Convert.ToHexString(key.Contribution.Span));
            }

            return [message];
        }

        await new Network(Party.Names(3), Record).RunAsync(ThreeByTheFirstAndFourByTheSecond(3));

        Assert.Equal(2, sessions.Distinct().Count());
        Assert.Equal(4, secrets.Distinct().Count());
    }

    [Fact]
    public async Task Progress_says_which_pass_of_how_many()
    {
        var progress = new Reports();
        await new Network(Party.Names(2)) { Oprf = new FakeOprf(), Progress = progress }.RunAsync(ThreeByTheFirstAndFourByTheSecond(2));

        Assert.All(progress.All, p => Assert.Equal(2, p.Passes));
        Assert.Contains(progress.All, p => p is { Step: AlignmentStep.Transfer, Pass: 1 });
        Assert.Contains(progress.All, p => p is { Step: AlignmentStep.Transfer, Pass: 2 });
        Assert.All(progress.All.Where(p => p.Step >= AlignmentStep.Order), p => Assert.Equal(2, p.Pass));
    }

    [Fact]
    public async Task Finished_alignment_of_several_passes_is_taken_up_and_one_by_another_key_is_not()
    {
        PartyId[] names = Party.Names(2);
        IReadOnlyList<ItemSet>[] keys = ThreeByTheFirstAndFourByTheSecond(2);
        AlignmentResult[] finished = await new Network(names).RunAsync(keys);

        Assert.Equal(finished, await TakeUpAsync(names, keys, finished));
        byte[] otherwise = finished[1].Keys.ToArray();
        otherwise[Array.IndexOf(otherwise, (byte)1)] = 0;
        Assert.All(await TakeUpAsync(names, keys, [finished[0], finished[1] with { Keys = otherwise }]), Assert.Null);
    }

    [Fact]
    public async Task Parties_with_keys_of_another_table_or_none_are_refused()
    {
        var network = new Network(Party.Names(2));
        AlignmentRole role = Party.Role(network.Parties[0], network.Parties);
        foreach (IReadOnlyList<ItemSet> keys in (IReadOnlyList<ItemSet>[])[[], [Party.Items(["a"]), Party.Items(["a", "b"])]])
        {
            await Assert.ThrowsAsync<ArgumentException>(
                () => Aligner.RunAsync(role, keys, network.ChannelsOf(role.Self), null, TestContext.Current.CancellationToken));
        }
    }

    private static Task<AlignmentResult?[]> TakeUpAsync(PartyId[] names, IReadOnlyList<ItemSet>[] keys, AlignmentResult[] held)
    {
        var network = new Network(names);
        return Task.WhenAll(names.Select((p, i) => HeldAlignment.TakeUpAsync(
            Party.Role(p, names) with { Attempt = 2 }, keys[i], held[i], network.ChannelsOf(p), null, TestContext.Current.CancellationToken)));
    }

    /// <summary>
    /// Every party has 11 rows: five with the first key, of which three match; the first of these has the second key too, and so have eight others, of which four match.
    /// </summary>
    private static IReadOnlyList<ItemSet>[] ThreeByTheFirstAndFourByTheSecond(int parties) =>
    [
        .. Enumerable.Range(0, parties).Select(p => Keys(
        [
            ["a", "b", "c", $"v-{p}", $"w-{p}", null, null, null, null, null, null],
            ["z", null, null, $"x-{p}", $"y-{p}", "d", "e", "f", "g", $"h-{p}", $"i-{p}"],
        ])),
    ];

    private static IReadOnlyList<ItemSet> Keys(string?[][] columns) =>
        [.. columns.Select((values, k) => ItemSet.Build(Party.Study, [new IdentifierColumn("key", IdentifierKind.Text)], [values], k + 1))];

    /// <summary>Rows of people of one small town: each column of each party may lack a value or have another person's.</summary>
    private static string?[][][] Tables(Random random, int parties, int keys)
    {
        int people = random.Next(1, 25);
        return
        [
            .. Enumerable.Range(0, parties).Select(_ =>
            {
                int[] known = [.. Enumerable.Range(0, people).Where(_ => random.Next(4) > 0), .. random.Next(3) == 0 ? [random.Next(people)] : Array.Empty<int>()];
                random.Shuffle(known);
                return Enumerable.Range(0, keys).Select(_ => known.Select(
                    person => random.Next(5) == 0 ? null : $"{(random.Next(8) == 0 ? random.Next(people) : person)}").ToArray()).ToArray();
            }),
        ];
    }

    /// <summary>Holds an alignment against joins of the values themselves.</summary>
    /// <returns>How many were matched by another key than the first.</returns>
    private static async Task<int> CheckAsync(Network network, string?[][][] tables)
    {
        List<string> expected = Join(tables);
        (AlignmentResult? Result, Exception? Failure)[] all = await network.TryRunAsync([.. tables.Select(Keys)]);
        if (expected.Count == 0)
        {
            Assert.All(all, r => Assert.IsType<CohortTooSmallException>(r.Failure));
            return 0;
        }

        AlignmentResult[] results = [.. all.Select(r => r.Result ?? throw new InvalidOperationException("A party has no result.", r.Failure))];
        string[] found = [.. Enumerable.Range(0, results[0].Rows.Count).Select(
            i => $"{results[0].Keys.Span[i]}: {string.Join(' ', results.Select(r => r.Rows[i]))}")];
        Assert.Equal(expected.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        Assert.All(results, r => Assert.Equal(results[0].Keys.ToArray(), r.Keys.ToArray()));
        Assert.All(results, r => Assert.Equal(results[0].Id, r.Id));
        Assert.All(results, r => Assert.Equal(found.Length, r.Passes.Sum(p => p.Patients)));
        return results[0].Keys.ToArray().Count(k => k > 0);
    }

    private static List<string> Join(string?[][][] tables)
    {
        List<string> joined = [];
        HashSet<int>[] left = [.. tables.Select(t => Enumerable.Range(0, t[0].Length).ToHashSet())];
        for (int k = 0; k < tables[0].Length; k++)
        {
            // A value that stands in several rows of a table names none of them, whoever was matched before.
            Dictionary<string, int>[] rows = [.. tables.Select((t, p) => t[k].Index().Where(c => c.Item is not null).GroupBy(c => c.Item!)
                .Where(g => g.Count() == 1 && left[p].Contains(g.Single().Index)).ToDictionary(g => g.Key, g => g.Single().Index))];
            foreach (string value in rows[0].Keys.Where(v => rows.All(r => r.ContainsKey(v))))
            {
                joined.Add($"{k}: {string.Join(' ', rows.Select(r => r[value]))}");
                for (int p = 0; p < tables.Length; p++)
                {
                    left[p].Remove(rows[p][value]);
                }
            }
        }

        return joined;
    }

    private sealed class Reports : IProgress<AlignmentProgress>
    {
        public ConcurrentQueue<AlignmentProgress> All { get; } = [];

        public void Report(AlignmentProgress value) => All.Enqueue(value);
    }
}
