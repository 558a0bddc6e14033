using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>A run with differential privacy whose processes are killed: it tells no more than it was charged for.</summary>
public sealed class PrivateRunKilledTests
{
    private const int TagSize = 32;

    [Theory]
    [InlineData("lab")]
    [InlineData("hospital")]
    public async Task Party_killed_in_training_is_charged_once_and_draws_no_noise_for_other_values(string party)
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("Four processes, a kill and a run of six hundred steps; set VFL_LONG=1.");
        }

        await using var kit = new ServiceKit(inProcesses: true);
        await kit.StartAllAsync();
        string study = await kit.SubmitAsync(Study());
        await kit.ApproveAllAsync(study);
        string run = await kit.StartRunAsync(study);
        string releases = Path.Combine(kit.StateOf(party), "runs", run, "releases.sealed");
        await ServiceKit.UntilAsync(() => Task.FromResult(File.Exists(releases) && new FileInfo(releases).Length > 20_000), "some noise to be drawn");

        await kit.KillAsync(party);
        (string Place, string Tag)[] before = Draws(kit, party, releases);
        byte[] ledger = await File.ReadAllBytesAsync(Path.Combine(kit.StateOf(party), PrivacyLedger.FileName), TestContext.Current.CancellationToken);
        await kit.StartAsync(party);
        VflRun watched = await kit.WatchAsync(run);
        Assert.True(watched.ExitCode == 0, watched.Output + watched.Error);

        // All was charged before the first byte left: the ledger is what it was, so nothing was given back and nothing was drawn a second time.
        VflRun status = await VflRun.GoodAsync("status", "--config", kit.ConfigOf(party), "--json");
        await kit.KillAsync(party);
        Assert.Equal(ledger, await File.ReadAllBytesAsync(Path.Combine(kit.StateOf(party), PrivacyLedger.FileName), TestContext.Current.CancellationToken));
        Assert.InRange(status.Json.GetProperty("privacyLedger").GetProperty("largestEpsilon").GetDouble(), 100, 1000.001);
        (string Place, string Tag)[] after = Draws(kit, party, releases);
        Assert.Equal(before, after.Take(before.Length));
        Assert.True(after.Length > before.Length, $"{before.Length} draws before the kill, {after.Length} in all");
        Assert.Equal(after.Length, after.Select(d => d.Place).Distinct().Count());
        Assert.Contains(after, d => d.Place.StartsWith("weights/", StringComparison.Ordinal));
    }

    private static string Study()
    {
        JsonObject study = JsonNode.Parse(Cohort.Study(epochs: 200, maxRuns: 1))!.AsObject();
        study["labels"] = new JsonObject();
        study["model"] = new JsonObject { ["preset"] = "linear" };
        study["training"] = new JsonObject { ["epochs"] = 200, ["batch"] = 32, ["earlyStopping"] = new JsonObject { ["validation"] = 0 } };
        study["checkpoints"] = new JsonObject { ["everySteps"] = 5 };
        study["privacy"] = new JsonObject { ["differentialPrivacy"] = new JsonObject { ["epsilon"] = 1000 } };
        study["data"] = new JsonObject();
        foreach (string party in ServiceKit.Parties)
        {
            string column = party == "hospital" ? "age" : party + "_a";
            study["data"]![party] = new JsonObject { ["dataset"] = "mortality", ["ranges"] = new JsonObject { [column] = new JsonArray(-50, 50) } };
        }

        return study.ToJsonString();
    }

    private static (string Place, string Tag)[] Draws(ServiceKit kit, string party, string path)
    {
        var draws = new List<(string, string)>();
        using StorageKey key = StorageKey.Open(kit.StateOf(party));
        using SealedLog log = SealedLog.Open(
            path, "releases", key, new PartyId(party), r => draws.Add((Encoding.UTF8.GetString(r.AsSpan(TagSize)), Convert.ToHexStringLower(r.AsSpan(0, TagSize)))));
        return [.. draws];
    }
}
