using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Cli;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Governance.Ledger;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>What several studies tell of the same patients adds up, whatever happens to the label party's process and disk.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PrivacyLedgerTests
{
    [Fact]
    public async Task Budget_is_spent_once_by_all_studies_and_neither_a_kill_nor_a_restored_backup_refills_it()
    {
        await using ServiceKit kit = new();
        await kit.StartAsync("coordinator");
        foreach (string party in ServiceKit.Parties)
        {
            kit.WriteAgent(party, c => c["policy"] = party == "hospital" ? new JsonObject { ["privacyBudget"] = new JsonObject { ["epsilon"] = 3 } } : null);
        }

        await kit.StartAsync("lab");
        await kit.StartAsync("pharmacy");
        VflProcess hospital = await StartHospitalAsync(kit);
        try
        {
            Assert.Contains("no patient has been charged", (await VflRun.GoodAsync("status", "--config", kit.ConfigOf("hospital"))).Output, StringComparison.Ordinal);

            // The same question twice: the second run repeats the reports, and charges nobody.
            string first = await SubmitAsync(kit, "first", 2, maxRuns: 2);
            JsonElement charged = await LedgerOfAsync(kit, await FinishedAsync(kit, first));
            Assert.True(charged.GetProperty("patientsCharged").GetInt32() > 50);
            Assert.Equal((2, 3), (charged.GetProperty("largestEpsilon").GetDouble(), charged.GetProperty("budget").GetDouble()));
            Assert.Equal(0, (await LedgerOfAsync(kit, await FinishedAsync(kit, first))).GetProperty("patientsCharged").GetInt32());

            await hospital.KillAsync();
            string ledger = Path.Combine(kit.StateOf("hospital"), PrivacyLedger.FileName);
            byte[] backup = await File.ReadAllBytesAsync(ledger, TestContext.Current.CancellationToken);
            hospital = await StartHospitalAsync(kit);
            Assert.Contains("at most an epsilon of 2 each, of 3", (await VflRun.GoodAsync("status", "--config", kit.ConfigOf("hospital"))).Output, StringComparison.Ordinal);

            // The same outcome by another epsilon is another draw.
            JsonElement second = await LedgerOfAsync(kit, await FinishedAsync(kit, await SubmitAsync(kit, "second", 1)));
            Assert.Equal(3, second.GetProperty("largestEpsilon").GetDouble());
            string third = await SubmitAsync(kit, "third", 0.5, maxRuns: 2);
            Assert.Contains("The privacy budget of 'hospital'", await RefusedAsync(kit, third, ExitCodes.PolicyRefused), StringComparison.Ordinal);

            // The older copy would allow the third study; the peers remember more.
            await hospital.KillAsync();
            await File.WriteAllBytesAsync(ledger, backup, TestContext.Current.CancellationToken);
            hospital = await StartHospitalAsync(kit);
            Assert.Contains("is an older copy", await RefusedAsync(kit, third, ExitCodes.RunFailed), StringComparison.Ordinal);
        }
        finally
        {
            await hospital.DisposeAsync();
        }
    }

    [Fact]
    public async Task Restored_backup_of_a_feature_party_s_ledger_ends_the_run_that_would_overspend()
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("Four processes and four runs with differential privacy; set VFL_LONG=1.");
        }

        // Three studies of epsilon 100 are more than 200 together, any two of them less.
        await using var kit = new ServiceKit(inProcesses: true);
        await kit.StartAllAsync((party, c) => c["policy"] = party == "lab" ? new JsonObject { ["privacyBudget"] = new JsonObject { ["epsilon"] = 200 } } : null);
        string ledger = Path.Combine(kit.StateOf("lab"), PrivacyLedger.FileName);
        await FinishedAsync(kit, await SubmitPrivateAsync(kit, "first"));
        await kit.StopAsync("lab");
        byte[] backup = await File.ReadAllBytesAsync(ledger, TestContext.Current.CancellationToken);
        await kit.StartAsync("lab");
        await kit.ConnectedAsync(ServiceKit.Parties);
        await FinishedAsync(kit, await SubmitPrivateAsync(kit, "second"));
        string third = await SubmitPrivateAsync(kit, "third", maxRuns: 2);
        Assert.Contains("The privacy budget of 'lab'", await RefusedAsync(kit, third, ExitCodes.PolicyRefused, "lab"), StringComparison.Ordinal);

        await kit.StopAsync("lab");
        await File.WriteAllBytesAsync(ledger, backup, TestContext.Current.CancellationToken);
        await kit.StartAsync("lab");
        await kit.ConnectedAsync(ServiceKit.Parties);
        Assert.Contains("is an older copy", await RefusedAsync(kit, third, ExitCodes.RunFailed, "lab"), StringComparison.Ordinal);

        // A byte that is changed in its middle refuses the start, with the file's name.
        await kit.StopAsync("lab");
        byte[] damaged = [.. backup];
        damaged[8 + 32] ^= 0x40;
        await File.WriteAllBytesAsync(ledger, damaged, TestContext.Current.CancellationToken);
        await using VflProcess lab = VflProcess.Launch("agent", "--config", kit.ConfigOf("lab"));
        Assert.Equal(ExitCodes.SealedFileRefused, await lab.WaitAsync());
        Assert.Contains(ledger, lab.Log, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(ledger, TestContext.Current.CancellationToken));
    }

    private static async Task<string> SubmitPrivateAsync(ServiceKit kit, string name, int maxRuns = 1)
    {
        JsonObject study = JsonNode.Parse(Cohort.Study(name: name, maxRuns: maxRuns, epochs: 2))!.AsObject();
        study["labels"] = new JsonObject();
        study["model"] = new JsonObject { ["preset"] = "linear" };
        study["training"] = new JsonObject { ["epochs"] = 2, ["batch"] = 32, ["earlyStopping"] = new JsonObject { ["validation"] = 0 } };
        study["privacy"] = new JsonObject { ["differentialPrivacy"] = new JsonObject { ["epsilon"] = 100 } };
        study["data"] = new JsonObject();
        foreach (string party in ServiceKit.Parties)
        {
            string column = party == "hospital" ? "age" : party + "_a";
            study["data"]![party] = new JsonObject { ["dataset"] = "mortality", ["ranges"] = new JsonObject { [column] = new JsonArray(-50, 50) } };
        }

        string id = await kit.SubmitAsync(study.ToJsonString());
        await kit.ApproveAllAsync(id);
        return id;
    }

    private static async Task<VflProcess> StartHospitalAsync(ServiceKit kit)
    {
        VflProcess hospital = await VflProcess.StartAsync("agent", kit.ConfigOf("hospital"));
        await kit.ConnectedAsync(ServiceKit.Parties);
        return hospital;
    }

    private static async Task<string> SubmitAsync(ServiceKit kit, string name, double epsilon, int maxRuns = 1)
    {
        JsonObject study = JsonNode.Parse(Cohort.Study(name: name, maxRuns: maxRuns, epochs: 2))!.AsObject();
        study["labels"] = new JsonObject { ["protection"] = "labelDp", ["epsilon"] = epsilon };
        study["data"] = new JsonObject();
        foreach (string party in ServiceKit.Parties)
        {
            study["data"]![party] = new JsonObject { ["dataset"] = "mortality" };
        }

        string id = await kit.SubmitAsync(study.ToJsonString());
        await ServiceKit.UntilAsync(
            async () => (await VflRun.OfAsync("study", "show", id, "--config", kit.ConfigOf("hospital"))).ExitCode == 0, "the hospital to be offered the study");
        await kit.ApproveAllAsync(id);
        return id;
    }

    private static async Task<string> FinishedAsync(ServiceKit kit, string study)
    {
        string run = await kit.StartRunAsync(study);
        VflRun watched = await kit.WatchAsync(run);
        Assert.True(watched.ExitCode == 0, watched.Output + watched.Error);
        return run;
    }

    private static async Task<JsonElement> LedgerOfAsync(ServiceKit kit, string run)
    {
        string report = await File.ReadAllTextAsync(Path.Combine(kit.StateOf("hospital"), "runs", run, "report.json"), TestContext.Current.CancellationToken);
        return JsonDocument.Parse(report).RootElement.GetProperty("privacy").GetProperty("ledger").Clone();
    }

    /// <summary>The run ends without a model; gives what the operator of the party whose ledger it is reads.</summary>
    private static async Task<string> RefusedAsync(ServiceKit kit, string study, int exitCode, string party = "hospital")
    {
        string run = await kit.StartRunAsync(study);
        VflRun watched = await kit.WatchAsync(run);
        Assert.True(watched.ExitCode == exitCode, $"{watched.ExitCode}: {watched.Output}{watched.Error}");
        return (await kit.RunAtAsync(party, run)).GetProperty("error").GetString()!;
    }
}
