using System.Text.Json;
using VerticalFL.Cli;
using VerticalFL.EndToEnd.Tests.Services;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>The orderly forms of an interruption: <c>vfl study pause</c>, <c>resume</c> and <c>cancel</c> in between.</summary>
public sealed class PauseTests
{
    [Fact]
    public async Task Paused_run_stands_still_until_it_is_resumed_and_ends_with_the_same_model()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 300));
        await kit.ApproveAllAsync(id);
        string calm = await kit.StartRunAsync(id);
        Assert.Equal(0, (await kit.WatchAsync(calm)).ExitCode);

        // The study stands for its newest run.
        string run = await kit.StartRunAsync(id);
        await kit.InStationAsync("lab", run, "training");
        string said = (await VflRun.GoodAsync("study", "pause", id[..8], "--config", kit.ConfigOf("coordinator"))).Output;
        Assert.Contains($"Run {run[..8]} is paused", said, StringComparison.Ordinal);
        foreach (string party in ServiceKit.Parties)
        {
            await ServiceKit.UntilAsync(async () => (await kit.RunAtAsync(party, run)).TryGetProperty("over", out _), $"'{party}' to end the attempt");
        }

        JsonElement paused = await kit.RunAtAsync("coordinator", run);
        Assert.True(paused.GetProperty("paused").GetBoolean());
        Assert.Equal(("paused until somebody resumes it", 1), (paused.GetProperty("waiting").GetString(), paused.GetProperty("attempt").GetInt32()));
        await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, "study", "pause", run[..8], "--config", kit.ConfigOf("coordinator"));
        await VflRun.RefusedAsync(ExitCodes.Usage, "study", "pause", run[..8], "--config", kit.ConfigOf("lab"));

        // It is remembered, and nothing begins by itself when everybody is back.
        await kit.StopAsync("coordinator");
        await kit.StartAsync("coordinator");
        await kit.ConnectedAsync(ServiceKit.Parties);
        Assert.Equal(1, (await kit.RunAtAsync("coordinator", run)).GetProperty("attempt").GetInt32());

        Assert.Contains("attempt 2", (await VflRun.GoodAsync("study", "resume", run[..8], "--config", kit.ConfigOf("coordinator"))).Output, StringComparison.Ordinal);
        Assert.Equal(0, (await kit.WatchAsync(run)).ExitCode);
        Assert.Equal(await ModelAsync(kit, calm), await ModelAsync(kit, run));
        await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, "study", "resume", run[..8], "--config", kit.ConfigOf("coordinator"));
    }

    [Fact]
    public async Task Paused_run_can_be_cancelled()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 100000));
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);
        await VflRun.GoodAsync("study", "pause", run[..8], "--config", kit.ConfigOf("coordinator"));

        await VflRun.GoodAsync("study", "cancel", run[..8], "--config", kit.ConfigOf("coordinator"));

        Assert.Equal(ExitCodes.Cancelled, (await kit.WatchAsync(run)).ExitCode);
        foreach (string party in ServiceKit.Parties)
        {
            Assert.Equal("cancelled", (await kit.RunAtAsync(party, run)).GetProperty("outcome").GetString());
        }
    }

    [Fact]
    public async Task Reconnect_limit_that_is_reached_pauses_the_run_until_the_cause_is_gone()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync((_, configuration) => configuration["reconnectSeconds"] = 1);
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 300));
        await kit.ApproveAllAsync(id);
        string calm = await kit.StartRunAsync(id);
        Assert.Equal(0, (await kit.WatchAsync(calm)).ExitCode);

        string run = await kit.StartRunAsync(id);
        await kit.InStationAsync("lab", run, "training");
        await kit.StopAsync("coordinator");
        foreach (string party in ServiceKit.Parties)
        {
            await ServiceKit.UntilAsync(
                async () => (await kit.RunAtAsync(party, run)).TryGetProperty("over", out JsonElement over) && over.GetString() == "channelLost", $"'{party}' to give the attempt up");
        }

        // Nobody does anything but start it.
        await kit.StartAsync("coordinator");

        Assert.Equal(0, (await kit.WatchAsync(run)).ExitCode);
        Assert.Equal(await ModelAsync(kit, calm), await ModelAsync(kit, run));
        Assert.True((await kit.RunAtAsync("coordinator", run)).GetProperty("attempt").GetInt32() > 1);
    }

    [Fact]
    public async Task Watching_outlives_a_restart_of_the_coordinator_and_says_so()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 600));
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);
        Task<VflRun> watching = kit.WatchAsync(run);
        await kit.InStationAsync("lab", run, "training");
        await Task.Delay(200, TestContext.Current.CancellationToken);

        await kit.StopAsync("coordinator");
        await kit.StartAsync("coordinator");

        VflRun watched = await watching;
        Assert.Equal(0, watched.ExitCode);
        Assert.Contains("The coordinator went away.", watched.Error, StringComparison.Ordinal);
        Assert.Contains("The coordinator is back.", watched.Error, StringComparison.Ordinal);
        Assert.True(watched.Json.GetProperty("ended").GetBoolean());
    }

    private static async Task<string> ModelAsync(ServiceKit kit, string run)
    {
        string folder = kit["report-" + run];
        await VflRun.GoodAsync("study", "report", run, "--config", kit.ConfigOf("hospital"), "--out", folder);
        return ReportFile.ModelHash(folder);
    }
}
