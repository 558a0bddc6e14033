using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.EndToEnd.Tests.Services;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>The console says which link is missing, why and since when, while it is missing and afterwards. Every service is a process of its own.</summary>
public sealed class LinkReasonTests
{
    [Fact]
    public async Task Killed_agent_is_missed_by_name_until_it_is_back_and_stays_in_the_history()
    {
        await using var kit = new ServiceKit(inProcesses: true);
        await kit.StartAllAsync();
        string run = await TrainingAsync(kit);
        await using VflProcess watch = VflProcess.Launch("study", "watch", run, "--config", kit.ConfigOf("coordinator"));

        await kit.KillAsync("hospital");

        JsonElement down = default;
        await kit.UntilRunAsync(run, r => (down = Link(r, "lab", "hospital")).ValueKind != JsonValueKind.Undefined);
        Assert.Contains(down.GetProperty("fault").GetString(), (string[])["cut", "closed", "peerAbsent"]);
        await kit.UntilRunAsync(run, r => Link(r, "pharmacy", "hospital").ValueKind != JsonValueKind.Undefined);
        await kit.UntilRunAsync(run, r => Link(r, "lab", "hospital").GetProperty("downSeconds").GetDouble() >= 1);
        string shown = (await VflRun.GoodAsync("study", "show", await StudyOfAsync(kit, run), "--config", kit.ConfigOf("coordinator"))).Output;
        Assert.Contains("link lab - hospital down for", shown, StringComparison.Ordinal);
        Assert.Contains("(says pharmacy)", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("link lab - pharmacy", shown, StringComparison.Ordinal);
        await ServiceKit.UntilAsync(() => Task.FromResult(watch.Log.Contains("link lab - hospital down for", StringComparison.Ordinal)), "the console to say so");

        await kit.StartAsync("hospital");
        JsonElement ended = (await kit.WatchAsync(run)).Json;
        Assert.Empty(ended.GetProperty("links").EnumerateArray());
        Assert.Contains(Outages(ended), o => (o.Party, o.Peer) == ("lab", "hospital") && o.Seconds >= 1);
        Assert.Equal(0, await watch.WaitAsync());
        Assert.Contains("link lab - hospital was down for", watch.Log, StringComparison.Ordinal);

        // What has happened is remembered, also by a coordinator that was killed.
        await kit.KillAsync("coordinator");
        await kit.StartAsync("coordinator");
        Assert.Equal(Outages(ended), Outages(await kit.RunAtAsync("coordinator", run)));
    }

    [Fact]
    public async Task Coordinator_that_was_killed_hears_afterwards_that_its_relay_was_missed()
    {
        await using var kit = new ServiceKit(inProcesses: true);
        await kit.StartAllAsync();
        string run = await TrainingAsync(kit);

        await kit.KillAsync("coordinator");
        await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
        await kit.StartAsync("coordinator");

        JsonElement ended = (await kit.WatchAsync(run)).Json;
        Assert.Equal(1, ended.GetProperty("attempt").GetInt32());
        Assert.Empty(ended.GetProperty("links").EnumerateArray());
        Outage[] missed = [.. Outages(ended).Where(o => o.Fault == "coordinatorAway" && o.Seconds >= 1.5).DistinctBy(o => (o.Party, o.Peer))];
        Assert.True(missed.Length == 6, "Not every end of every link missed the relay: " + string.Join("; ", Outages(ended).Select(o => o.ToString())));
    }

    [Fact]
    public async Task Certificate_that_is_refused_is_named_as_the_reason_why_the_attempt_was_over()
    {
        await using var kit = new ServiceKit(inProcesses: true);
        await kit.StartAllAsync((party, configuration) =>
        {
            if (party == "lab")
            {
                configuration["policy"] = new JsonObject
                {
                    ["peers"] = new JsonObject { ["hospital"] = new JsonObject { ["pin"] = "sha256:" + new string('0', 64) }, ["pharmacy"] = new JsonObject() },
                };
            }
        });
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 2, maxRuns: 1));
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);

        // Either end may be first: the one that refuses, or the one that is refused.
        string[] reasons =
        [
            "'lab' lost the channel to 'hospital': the peer's certificate was refused",
            "'hospital' lost the channel to 'lab': the peer refused, or was restarted",
        ];
        await kit.UntilRunAsync(run, r => r.TryGetProperty("lastOver", out JsonElement over) && reasons.Any(reason => over.GetString()!.EndsWith(reason, StringComparison.Ordinal)));
        await VflRun.GoodAsync("study", "cancel", run, "--config", kit.ConfigOf("coordinator"));
        await kit.WatchAsync(run);
    }

    private static async Task<string> TrainingAsync(ServiceKit kit)
    {
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 2000, maxRuns: 1));
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);
        await kit.InStationAsync("lab", run, "training");
        await kit.UntilRunAsync(run, r => r.GetProperty("parties").EnumerateArray().All(p => p.GetProperty("station").GetString() == "training"));
        Assert.Empty((await kit.RunAtAsync("coordinator", run)).GetProperty("outages").EnumerateArray());
        return run;
    }

    private static async Task<string> StudyOfAsync(ServiceKit kit, string run) => (await kit.RunAtAsync("coordinator", run)).GetProperty("study").GetString()!;

    private static JsonElement Link(JsonElement run, string party, string peer) => run.GetProperty("links").EnumerateArray()
        .FirstOrDefault(l => l.GetProperty("party").GetString() == party && l.GetProperty("peer").GetString() == peer);

    private static Outage[] Outages(JsonElement run) =>
    [
        .. run.GetProperty("outages").EnumerateArray().Select(o => new Outage(
            o.GetProperty("party").GetString()!, o.GetProperty("peer").GetString()!, o.GetProperty("fault").GetString()!, o.GetProperty("downSeconds").GetDouble())),
    ];

    private sealed record Outage(string Party, string Peer, string Fault, double Seconds);
}
