using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Cli;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Transport.Local;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>What services refuse, whom they tell, and how runs end that do not finish.</summary>
public sealed class ServiceRefusalTests
{
    [Fact]
    public async Task Start_waits_for_every_approval_and_every_agent()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study());
        await kit.ApproveAsync("hospital", id);
        await kit.ApproveAsync("lab", id);
        await ServiceKit.UntilAsync(async () => (await kit.DecisionsAsync(id)).Count(d => d == "approved") == 2, "two approvals");

        string missing = await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, "study", "start", id, "--config", kit.ConfigOf("coordinator"));
        Assert.Contains("pharmacy has not approved the study", missing, StringComparison.Ordinal);

        await kit.ApproveAllAsync(id);
        await kit.StopAsync("lab");
        await kit.ConnectedAsync("hospital", "pharmacy");
        string away = await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, "study", "start", id, "--config", kit.ConfigOf("coordinator"));
        Assert.Contains("lab is not connected", away, StringComparison.Ordinal);

        // A rejection takes the approval back, at the agent and at the coordinator.
        VflRun rejected = await kit.ApproveAsync("pharmacy", id, "reject");
        Assert.Equal("rejected", rejected.Json.GetProperty("decision").GetString());
        await ServiceKit.UntilAsync(async () => (await kit.DecisionsAsync(id)).Contains("rejected"), "the rejection");
        await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, "study", "start", id, "--config", kit.ConfigOf("coordinator"));
        Assert.Contains("\"StudyRejected\"", kit.AuditText("pharmacy"), StringComparison.Ordinal);
        Assert.Contains("\"alice\"", kit.AuditText("pharmacy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expired_study_does_not_start()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study(more: """, "expires": "2020-01-31" """));

        // Not even an approval can be made of it: it would have expired before it was signed.
        VflRun approved = await kit.ApproveAsync("lab", id);
        Assert.Equal(ExitCodes.ApprovalMissing, approved.ExitCode);
        Assert.Contains("expired on 2020-01-31", approved.Output, StringComparison.Ordinal);
        await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, "study", "start", id, "--config", kit.ConfigOf("coordinator"));
    }

    [Fact]
    public async Task Approval_is_refused_by_policy_by_a_wrong_hash_and_for_strangers()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync((party, c) =>
        {
            if (party == "lab")
            {
                c["policy"] = new JsonObject { ["purposes"] = new JsonArray("only this") };
            }
        });
        string id = await kit.SubmitAsync(Cohort.Study());

        VflRun policy = await kit.ApproveAsync("lab", id);
        Assert.Equal(ExitCodes.PolicyRefused, policy.ExitCode);
        Assert.Contains("quality assurance", policy.Output, StringComparison.Ordinal);

        string hash = await VflRun.RefusedAsync(
            ExitCodes.ApprovalMissing, "study", "approve", id, "--operator", "alice", "--hash", "00000000", "--config", kit.ConfigOf("hospital"));
        Assert.Contains("nothing was signed", hash, StringComparison.Ordinal);

        // An operator of another party, with a good key of its own.
        string stranger = await VflRun.RefusedAsync(
            ExitCodes.ApprovalMissing, "study", "approve", id, "--operator", "alice", "--keys", kit["pharmacy"], "--hash", id[..8], "--config", kit.ConfigOf("hospital"));
        Assert.Contains("another party", stranger, StringComparison.Ordinal);

        // The socket enforces the policy too, whatever the verb did.
        kit.WriteAgent("lab");
        Assert.All(await kit.DecisionsAsync(id), d => Assert.Equal("pending", d));
        Assert.DoesNotContain("StudyApproved", kit.AuditText("hospital") + kit.AuditText("lab"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Old_decision_cannot_be_played_again_after_a_newer_one()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study());
        await kit.ApproveAsync("lab", id);
        byte[] old = File.ReadAllBytes(Path.Combine(kit.StateOf("lab"), "studies", id, "decision"));
        await Task.Delay(1100, TestContext.Current.CancellationToken);
        await kit.ApproveAsync("lab", id, "reject");

        using var client = new LocalClient(kit.StateOf("lab"));
        LocalRequestException refused = await Assert.ThrowsAsync<LocalRequestException>(
            () => client.PostAsync<object>($"studies/{id}/decision", old, TestContext.Current.CancellationToken));

        Assert.Equal(LocalRefusal.NotAllowed, refused.Refusal);
        Assert.Contains("newer decision", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Approval_tampered_with_on_disk_counts_for_nothing()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study());
        string other = await kit.SubmitAsync(Cohort.Study(name: "other"));
        await kit.ApproveAllAsync(id);

        // One that was signed for another study, put in this one's place.
        File.Copy(Path.Combine(kit.StateOf("lab"), "studies", id, "decision"), Path.Combine(kit.StateOf("lab"), "studies", other, "decision"));
        Assert.Contains("decision  pending", (await VflRun.GoodAsync("study", "show", other, "--config", kit.ConfigOf("lab"))).Output, StringComparison.Ordinal);

        // Bytes that are no decision.
        File.WriteAllText(Path.Combine(kit.StateOf("lab"), "studies", id, "decision"), "approved");
        Assert.Contains("decision  pending", (await VflRun.GoodAsync("study", "show", id, "--config", kit.ConfigOf("lab"))).Output, StringComparison.Ordinal);

        // The coordinator still holds the approval; the agent refuses by itself.
        string run = await kit.StartRunAsync(id);
        VflRun ended = await kit.WatchAsync(run);
        Assert.Equal(ExitCodes.PolicyRefused, ended.ExitCode);
        Assert.Contains("own operator has not approved", (await kit.RunAtAsync("lab", run)).GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Contains("\"RunRefused\"", kit.AuditText("lab"), StringComparison.Ordinal);

        // The study's own text, changed on disk, is no longer that study.
        string text = Path.Combine(kit.StateOf("lab"), "studies", id, "study.json");
        File.WriteAllText(text, File.ReadAllText(text).Replace("\"minimumPatients\": 50", "\"minimumPatients\": 5", StringComparison.Ordinal));
        await VflRun.RefusedAsync(ExitCodes.StudyNotFound, "study", "show", id, "--config", kit.ConfigOf("lab"));
    }

    [Fact]
    public async Task Run_is_cancelled_at_the_coordinator_and_at_an_agent()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 100000));
        await kit.ApproveAllAsync(id);

        string first = await kit.StartRunAsync(id);
        await kit.InStationAsync("hospital", first, "training");
        string busy = await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, "study", "start", id, "--config", kit.ConfigOf("coordinator"));
        Assert.Contains("under way", busy, StringComparison.Ordinal);
        await VflRun.GoodAsync("study", "cancel", first[..8], "--config", kit.ConfigOf("coordinator"));
        Assert.Equal(ExitCodes.Cancelled, (await kit.WatchAsync(first)).ExitCode);
        foreach (string party in ServiceKit.Parties)
        {
            Assert.Equal("cancelled", (await kit.RunAtAsync(party, first)).GetProperty("outcome").GetString());
        }

        string second = await kit.StartRunAsync(id);
        await kit.InStationAsync("hospital", second, "training");
        await VflRun.GoodAsync("study", "cancel", second[..8], "--config", kit.ConfigOf("pharmacy"));
        VflRun ended = await kit.WatchAsync(second);
        Assert.Equal(ExitCodes.Cancelled, ended.ExitCode);
        Assert.Contains("'pharmacy'", ended.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        string over = await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, "study", "cancel", second[..8], "--config", kit.ConfigOf("pharmacy"));
        Assert.Contains("is over", over, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_that_is_stopped_in_the_middle_is_waited_for_and_takes_the_run_up_again()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 400));
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);
        await kit.InStationAsync("pharmacy", run, "training");

        await kit.StopAsync("pharmacy");

        await kit.UntilRunAsync(run, r => r.TryGetProperty("waiting", out JsonElement w) && w.GetString() == "waiting for pharmacy: its agent is away");
        Assert.Equal("attempt 1 was over: the agent of 'pharmacy' was stopped", (await kit.RunAtAsync("coordinator", run)).GetProperty("lastOver").GetString());
        foreach (string party in (string[])["hospital", "lab"])
        {
            await ServiceKit.UntilAsync(async () => (await kit.RunAtAsync(party, run)).TryGetProperty("over", out _), $"'{party}' to end the attempt");
        }

        await kit.StartAsync("pharmacy");
        VflRun ended = await kit.WatchAsync(run);
        Assert.True(ended.ExitCode == 0, ended.Output);
        Assert.Equal(2, ended.Json.GetProperty("attempt").GetInt32());
        Assert.Equal("finished", (await kit.RunAtAsync("pharmacy", run)).GetProperty("outcome").GetString());
        Assert.Contains("\"AttemptOver\"", kit.AuditText("pharmacy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_that_waits_is_cancelled_also_at_the_party_that_is_away()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 100000));
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);
        await kit.InStationAsync("pharmacy", run, "training");
        await kit.StopAsync("pharmacy");
        await kit.UntilRunAsync(run, r => r.TryGetProperty("waiting", out _));

        await VflRun.GoodAsync("study", "cancel", run[..8], "--config", kit.ConfigOf("coordinator"));

        Assert.Equal(ExitCodes.Cancelled, (await kit.WatchAsync(run)).ExitCode);
        foreach (string party in ServiceKit.Parties)
        {
            if (party == "pharmacy")
            {
                await kit.StartAsync(party);
            }

            await kit.InStationAsync(party, run, "ended");
            Assert.Equal("cancelled", (await kit.RunAtAsync(party, run)).GetProperty("outcome").GetString());
        }
    }

    [Fact]
    public async Task Run_goes_on_over_a_restart_of_the_coordinator()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync();
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 400));
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);
        await kit.InStationAsync("hospital", run, "training");

        await kit.StopAsync("coordinator");
        await kit.StartAsync("coordinator");

        VflRun ended = await kit.WatchAsync(run);
        Assert.True(ended.ExitCode == 0, ended.Output);
    }

    [Fact]
    public async Task Dataset_that_is_not_configured_shows_at_approval_and_ends_the_run()
    {
        await using var kit = new ServiceKit();
        await kit.StartAllAsync((party, c) =>
        {
            if (party == "lab")
            {
                c["datasets"] = new JsonObject();
            }
        });
        string id = await kit.SubmitAsync(Cohort.Study());
        Assert.Contains("not in this agent's configuration", (await VflRun.GoodAsync("study", "show", id, "--config", kit.ConfigOf("lab"))).Output, StringComparison.Ordinal);
        await kit.ApproveAllAsync(id);

        VflRun ended = await kit.WatchAsync(await kit.StartRunAsync(id));

        Assert.Equal(ExitCodes.DataInvalid, ended.ExitCode);
        Assert.Contains("'lab'", ended.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_without_a_coordinator_says_so_and_keeps_trying()
    {
        await using var kit = new ServiceKit();
        await kit.StartAsync("coordinator");
        kit.WriteAgent("lab");
        await kit.StopAsync("coordinator");
        await kit.StartAsync("lab");

        await ServiceKit.UntilAsync(
            async () => (await VflRun.GoodAsync("status", "--config", kit.ConfigOf("lab"))).Output.Contains("keeps trying", StringComparison.Ordinal), "the status");
        await kit.StartAsync("coordinator");
        await kit.ConnectedAsync("lab");
        Assert.Contains("reaches the coordinator", (await VflRun.GoodAsync("status", "--config", kit.ConfigOf("lab"))).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_configurations_are_refused_in_one_sentence()
    {
        await using var kit = new ServiceKit();
        kit.Port = 7443;

        await AgentAsync(ExitCodes.ConfigurationInvalid, "colour", c => c["colour"] = "blue");
        await AgentAsync(ExitCodes.ConfigurationInvalid, "$.coordinator", c => c["coordinator"] = "nowhere");
        await AgentAsync(ExitCodes.ConfigurationInvalid, "party id", c => c["party"] = "The Lab");
        await AgentAsync(ExitCodes.ConfigurationInvalid, "datasets", c => c["datasets"] = new JsonObject { ["mortality"] = null });
        await AgentAsync(ExitCodes.ConfigurationInvalid, "stateDirectory", c => c["stateDirectory"] = null);
        await AgentAsync(ExitCodes.ConfigurationInvalid, "purposs", c => c["policy"] = new JsonObject { ["purposs"] = new JsonArray() });
        await AgentAsync(ExitCodes.ConfigurationInvalid, "simulatedSeed", c => c["simulatedSeed"] = "12");
        await AgentAsync(ExitCodes.ConfigurationInvalid, "simulatedSeed is for simulations", c => c["simulatedSeed"] = new string('a', 64));
        await AgentAsync(ExitCodes.ConfigurationInvalid, "simulatedCheat is for simulations", c => c["simulatedCheat"] = true);
        await AgentAsync(ExitCodes.ConfigurationInvalid, "'hospital'", c => c["keys"] = "../hospital");
        await AgentAsync(ExitCodes.KeyUnusable, "service.key.pem", c => c["keys"] = "nothing-here");
        await VflRun.RefusedAsync(ExitCodes.FileNotFound, "agent", "--config", kit["lab", "no-such.json"]);
        await VflRun.RefusedAsync(ExitCodes.ConfigurationInvalid, "coordinator", "--config", kit.ConfigOf("lab"));

        // A certificate of another consortium, and one that is no longer valid.
        using (var foreign = CertificateAuthority.Init(kit["foreign"], "another consortium"))
        {
            string own = kit["lab", "service.cert.pem"], kept = File.ReadAllText(own);
            File.WriteAllText(own, foreign.Sign(File.ReadAllText(kit["lab", "service.csr.pem"]), 30).Pem);
            await AgentAsync(ExitCodes.CertificateRefused, "service.cert.pem", _ => { });
            File.WriteAllText(own, kept);
        }

        using (var expired = CertificateAuthority.Open(kit["ca"], null, new Testing.ManualClock(TimeProvider.System.GetUtcNow().AddDays(1))))
        {
            File.WriteAllText(kit["lab", "service.cert.pem"], expired.Sign(File.ReadAllText(kit["lab", "service.csr.pem"]), 1).Pem);
            await AgentAsync(ExitCodes.CertificateRefused, "service.cert.pem", _ => { });
        }

        async Task AgentAsync(int code, string says, Action<JsonObject> change)
        {
            string sentence = await VflRun.RefusedAsync(code, "agent", "--config", kit.WriteAgent("lab", change));
            Assert.Contains(says, sentence, StringComparison.Ordinal);
            Assert.Single(sentence.Trim().Split('\n'));
            Assert.False(Directory.Exists(kit.StateOf("lab")) && File.Exists(Path.Combine(kit.StateOf("lab"), "control.sock")));
        }
    }
}
