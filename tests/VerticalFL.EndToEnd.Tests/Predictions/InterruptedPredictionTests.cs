using System.Text.Json;
using VerticalFL.Cli;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Transport.Local;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Predictions;

/// <summary>A prediction goes on over kills and restarts, under fresh masks, and gives the same; or ends for everybody.</summary>
public sealed class InterruptedPredictionTests
{
    [Fact]
    public async Task Killed_agents_and_a_restarted_coordinator_cost_time_only()
    {
        await using var kit = new ServiceKit();
        await StartAsync(kit);
        (_, string run, _) = await NewPatients.TrainAsync(kit);
        await VflRun.GoodAsync(NewPatients.Verb(kit, run, "calm.csv"));

        // A feature party in a process of its own, so that it can be killed with everything that it has in memory.
        await kit.StopAsync("lab");
        await using VflProcess first = await VflProcess.StartAsync("agent", kit.ConfigOf("lab"));
        await kit.ConnectedAsync(ServiceKit.Parties);
        Task<VflRun> predicting = VflRun.OfAsync(NewPatients.Verb(kit, run, "killed.csv"));
        await UnderWayAsync(kit, "lab", 2);
        await first.KillAsync();
        await using VflProcess second = await VflProcess.StartAsync("agent", kit.ConfigOf("lab"));
        VflRun killed = await predicting;
        Assert.True(killed.ExitCode == 0, killed.Error);
        Assert.Contains("attempt 2", killed.Error, StringComparison.Ordinal);

        predicting = VflRun.OfAsync(NewPatients.Verb(kit, run, "restarted.csv"));
        await UnderWayAsync(kit, "hospital", 3);
        await kit.StopAsync("hospital");
        await kit.StopAsync("coordinator");
        await kit.StartAsync("coordinator");
        await kit.StartAsync("hospital");
        VflRun restarted = await predicting;
        Assert.True(restarted.ExitCode == 0, restarted.Error);

        string calm = File.ReadAllText(kit["calm.csv"]);
        Assert.Equal(calm, File.ReadAllText(kit["killed.csv"]));
        Assert.Equal(calm, File.ReadAllText(kit["restarted.csv"]));

        // Each of the three counts once, whatever attempts it took: the lab allows three.
        Assert.Contains("'lab' ended the run", await VflRun.RefusedAsync(ExitCodes.PolicyRefused, NewPatients.Verb(kit, run, "fourth.csv")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Party_that_withdraws_ends_it_for_everybody()
    {
        await using var kit = new ServiceKit();
        await StartAsync(kit);
        (_, string run, _) = await NewPatients.TrainAsync(kit);

        Task<VflRun> predicting = VflRun.OfAsync(NewPatients.Verb(kit, run, "out.csv"));
        string prediction = await UnderWayAsync(kit, "pharmacy", 1);
        await VflRun.GoodAsync("study", "cancel", prediction, "--config", kit.ConfigOf("pharmacy"));

        VflRun ended = await predicting;
        Assert.Equal(ExitCodes.RunFailed, ended.ExitCode);
        Assert.Contains("party 'pharmacy' ended the run: it was cancelled there", ended.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(kit["out.csv"]));

        // Nothing is in the way of the next one.
        await VflRun.GoodAsync(NewPatients.Verb(kit, run, "next.csv"));
    }

    private static Task StartAsync(ServiceKit kit) => kit.StartAllAsync((party, c) =>
    {
        // Enough patients that the alignment takes a while.
        c["datasets"]!.AsObject().Add(NewPatients.Dataset, NewPatients.Write(kit, party, 300, 9000));
        c["policy"] = NewPatients.Policy(perPatient: party == "lab" ? 3 : 10);
    });

    /// <summary>Waits until the party is in the middle of its so-and-so-many-th prediction; gives its id.</summary>
    private static async Task<string> UnderWayAsync(ServiceKit kit, string party, int number)
    {
        string file = Directory.GetFiles(Path.Combine(kit.StateOf(party), "studies"), "predictions", SearchOption.AllDirectories) is [var found]
            ? found
            : Path.Combine(Directory.GetDirectories(Path.Combine(kit.StateOf(party), "studies"))[0], "predictions");
        await ServiceKit.UntilAsync(() => Task.FromResult(File.Exists(file) && File.ReadLines(file).Count() >= number), $"'{party}' to begin prediction {number}");
        string prediction = File.ReadLines(file).Last();
        await ServiceKit.UntilAsync(
            async () =>
            {
                try
                {
                    JsonElement view = await kit.RunAtAsync(party, prediction);
                    Assert.False(view.TryGetProperty("outcome", out _), "the prediction was over before it could be interrupted");
                    return view.GetProperty("station").GetString() is "aligning" or "predicting";
                }
                catch (LocalRequestException e) when (e.Refusal == LocalRefusal.NotFound)
                {
                    // Asked for at the label party, and not ordered yet.
                    return false;
                }
            },
            $"'{party}' to align or predict");
        return prediction;
    }
}
