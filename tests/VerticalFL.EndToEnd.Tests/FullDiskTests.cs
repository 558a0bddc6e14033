using System.Text.Json;
using VerticalFL.EndToEnd.Tests.Services;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>Disks with no byte left, of an agent and of the coordinator: the run goes on, or waits until there is room, and ends with the same model.</summary>
public sealed class FullDiskTests
{
    private static readonly string Study = Cohort.Study(epochs: 600, more: """, "checkpoints": { "everySteps": 7 }""");

    [Theory]
    [InlineData("lab")]
    [InlineData("hospital")]
    public async Task Full_disk_of_an_agent_costs_checkpoints_while_training_and_is_waited_for_at_the_end(string party)
    {
        await using var kit = new ServiceKit();
        using var disk = new SmallDisk(kit.StateOf(party));
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Study);
        await kit.ApproveAllAsync(id);
        string calm = await CalmAsync(kit, id);

        string run = await kit.StartRunAsync(id);
        await kit.InStationAsync(party, run, "training");
        disk.Fill();

        // Training needs no disk; the model at its end does.
        await kit.UntilRunAsync(run, r => r.TryGetProperty("waiting", out _));
        JsonElement waiting = await kit.RunAtAsync("coordinator", run);
        Assert.EndsWith($"was over: the disk of '{party}' refused a file; its own log says which", waiting.GetProperty("lastOver").GetString(), StringComparison.Ordinal);
        disk.Free();

        Assert.Equal(0, (await kit.WatchAsync(run)).ExitCode);
        Assert.Equal(calm, await ModelAsync(kit, run));
        Assert.True((await kit.RunAtAsync("coordinator", run)).GetProperty("attempt").GetInt32() > 1);
    }

    [Fact]
    public async Task Full_disk_of_the_coordinator_holds_the_next_attempt_until_there_is_room()
    {
        await using var kit = new ServiceKit();
        using var disk = new SmallDisk(kit.StateOf("coordinator"));
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Study);
        await kit.ApproveAllAsync(id);
        string calm = await CalmAsync(kit, id);

        string run = await kit.StartRunAsync(id);
        await kit.InStationAsync("lab", run, "training");
        disk.Fill();
        await kit.StopAsync("lab");
        await kit.StartAsync("lab");
        await kit.ConnectedAsync(ServiceKit.Parties);
        await Task.Delay(TimeSpan.FromSeconds(3), TestContext.Current.CancellationToken);

        // An attempt that is not on disk is told to nobody, and everybody stays connected.
        await kit.ConnectedAsync(ServiceKit.Parties);
        Assert.Equal(1, (await kit.RunAtAsync("lab", run)).GetProperty("attempt").GetInt32());
        disk.Free();

        Assert.Equal(0, (await kit.WatchAsync(run)).ExitCode);
        Assert.Equal(calm, await ModelAsync(kit, run));

        // What it could not write at first it has written since.
        await kit.StopAsync("coordinator");
        await kit.StartAsync("coordinator");
        JsonElement after = await kit.RunAtAsync("coordinator", run);
        Assert.True(after.GetProperty("ended").GetBoolean());
    }

    private static async Task<string> CalmAsync(ServiceKit kit, string id)
    {
        string run = await kit.StartRunAsync(id);
        Assert.Equal(0, (await kit.WatchAsync(run)).ExitCode);
        return await ModelAsync(kit, run);
    }

    private static async Task<string> ModelAsync(ServiceKit kit, string run)
    {
        string folder = kit["report-" + run];
        await VflRun.GoodAsync("study", "report", run, "--config", kit.ConfigOf("hospital"), "--out", folder);
        return ReportFile.ModelHash(folder);
    }
}
