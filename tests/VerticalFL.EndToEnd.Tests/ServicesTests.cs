using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Cli;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Testing;
using VerticalFL.Transport.Local;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>The four-terminal chapter: a consortium of real service processes, from its authority to its audit.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ServicesTests : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, VflProcess> _services = [];

    [Fact]
    public async Task Consortium_of_four_processes_runs_a_study_stops_in_order_and_remembers()
    {
        await ProvisionAsync();
        await StartAsync("coordinator");
        foreach (string party in ServiceKit.Parties)
        {
            await StartAsync(party);
        }

        // Submit, read, decide.
        File.WriteAllText(_directory["study.json"], Cohort.Study());
        string id = (await GoodAsync("study", "submit", _directory["study.json"], "--config", Config("coordinator"))).Json.GetProperty("id").GetString()!;
        Assert.Contains("mortality", (await VflRun.GoodAsync("study", "list", "--config", Config("coordinator"))).Output, StringComparison.Ordinal);
        foreach (string party in ServiceKit.Parties)
        {
            await ServiceKit.UntilAsync(async () => (await VflRun.OfAsync("study", "show", id[..8], "--config", Config(party))).ExitCode == 0, "the offer");
            string shown = (await VflRun.GoodAsync("study", "show", id[..8], "--config", Config(party))).Output;
            Assert.Contains("decision  pending", shown, StringComparison.Ordinal);
            Assert.Contains("Being in it may itself be a diagnosis", shown, StringComparison.Ordinal);
            VflRun approved = await VflRun.GoodAsync(
                "study", "approve", id[..8], "--operator", "alice", "--hash", id[..8], "--config", Config(party));
            Assert.Contains("is approved by alice", approved.Output, StringComparison.Ordinal);
        }

        await ServiceKit.UntilAsync(
            async () => !(await VflRun.GoodAsync("study", "show", id[..8], "--config", Config("coordinator"))).Output.Contains("pending", StringComparison.Ordinal), "the approvals");

        // Start, watch, report.
        string run = (await GoodAsync("study", "start", id[..8], "--config", Config("coordinator"))).Json.GetProperty("run").GetString()!;
        VflRun watched = await VflRun.GoodAsync("study", "watch", run[..8], "--config", Config("coordinator"), "--json");
        Assert.True(watched.Json.GetProperty("ended").GetBoolean());
        Assert.True(watched.Json.GetProperty("relayedBytes").GetInt64() > 1000);
        Assert.Contains("training", watched.Error, StringComparison.Ordinal);
        await VflRun.GoodAsync("study", "report", run[..8], "--config", Config("hospital"), "--out", _directory["report"]);
        Assert.True(File.Exists(_directory["report", "report.html"]));
        await VflRun.RefusedAsync(ExitCodes.StudyNotFound, "study", "report", run[..8], "--config", Config("lab"), "--out", _directory["none"]);

        // The audit log of each agent verifies, also against the heads that its peers keep, while the agent runs.
        await VerifyAuditAsync();

        // Modes.
        foreach (string party in ServiceKit.Parties.Append("coordinator"))
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(State(party)));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(State(party), "control.sock")));
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(State("lab"), "storage.key")));
        NothingInTheClear(run);

        // An orderly stop is a success, and leaves no socket behind.
        foreach (string party in ServiceKit.Parties.Append("coordinator"))
        {
            Assert.True(await _services[party].TerminateAsync() == 0, _services[party].Log);
            Assert.False(File.Exists(Path.Combine(State(party), "control.sock")), $"'{party}' left its socket behind.");
        }

        await VflRun.RefusedAsync(ExitCodes.Unreachable, "study", "list", "--config", Config("lab"));

        // The same state again: studies, approvals, runs and the report are remembered.
        foreach (string party in ServiceKit.Parties.Prepend("coordinator"))
        {
            await StartAsync(party);
        }

        JsonElement study = (await GoodAsync("study", "show", id[..8], "--config", Config("coordinator"))).Json.GetProperty("registry");
        Assert.Equal(1, study.GetProperty("runsStarted").GetInt32());
        Assert.All(study.GetProperty("parties").EnumerateArray(), p => Assert.Equal("approved", p.GetProperty("decision").GetString()));
        Assert.Equal(0, (await VflRun.OfAsync("study", "watch", run[..8], "--config", Config("coordinator"))).ExitCode);
        Assert.Contains("runs      1 of 2", (await VflRun.GoodAsync("study", "show", id[..8], "--config", Config("lab"))).Output, StringComparison.Ordinal);
        await VflRun.GoodAsync("study", "report", id[..8], "--config", Config("hospital"), "--out", _directory["again"]);

        // A second run is approved and works, a third is not.
        await ConnectedAsync();
        await VflRun.GoodAsync("study", "start", id[..8], "--watch", "--config", Config("coordinator"));
        string refusal = await VflRun.RefusedAsync(ExitCodes.ApprovalMissing, "study", "start", id[..8], "--config", Config("coordinator"));
        Assert.Contains("2 run(s)", refusal, StringComparison.Ordinal);
        await VerifyAuditAsync();
    }

    [Fact]
    public async Task Killed_agent_and_coordinator_change_nothing_but_the_clock()
    {
        await ProvisionAsync();
        await StartAsync("coordinator");
        foreach (string party in ServiceKit.Parties)
        {
            await StartAsync(party);
        }

        File.WriteAllText(_directory["study.json"], Cohort.Study(epochs: 600));
        string id = (await GoodAsync("study", "submit", _directory["study.json"], "--config", Config("coordinator"))).Json.GetProperty("id").GetString()!;
        foreach (string party in ServiceKit.Parties)
        {
            await ServiceKit.UntilAsync(async () => (await VflRun.OfAsync("study", "show", id[..8], "--config", Config(party))).ExitCode == 0, "the offer");
            await VflRun.GoodAsync("study", "approve", id[..8], "--operator", "alice", "--hash", id[..8], "--config", Config(party));
        }

        string calm = await StartRunAsync(id);
        await VflRun.GoodAsync("study", "watch", calm, "--config", Config("coordinator"));
        string run = await StartRunAsync(id);

        // Ctrl-C leaves a watch, not the run.
        await using VflProcess watch = VflProcess.Launch("study", "watch", run, "--config", Config("coordinator"));
        await ServiceKit.UntilAsync(() => Task.FromResult(watch.Log.Contains("training", StringComparison.Ordinal)), "training");
        Assert.Equal(ExitCodes.Cancelled, await watch.InterruptAsync());
        Assert.Contains($"run {run[..8]} goes on", watch.Log, StringComparison.Ordinal);

        await _services["lab"].KillAsync();
        await ServiceKit.UntilAsync(async () => !(await ConnectedPartiesAsync()).Contains("lab"), "the coordinator to miss the lab");
        await StartAsync("lab");
        await TrainingAsync("lab", run, attempt: 2);
        await _services["coordinator"].KillAsync();
        await StartAsync("coordinator");

        JsonElement ended = (await GoodAsync("study", "watch", run, "--config", Config("coordinator"))).Json;
        Assert.Equal(2, ended.GetProperty("attempt").GetInt32());
        Assert.Contains("the agent of 'lab' was killed", ended.GetProperty("lastOver").GetString(), StringComparison.Ordinal);
        Assert.Equal(await ModelAsync(calm), await ModelAsync(run));
        Assert.Contains("runs      2 of 2", (await VflRun.GoodAsync("study", "show", id[..8], "--config", Config("lab"))).Output, StringComparison.Ordinal);
        foreach (string party in ServiceKit.Parties)
        {
            string audit = ServiceKit.ReadShared(Path.Combine(State(party), "audit.jsonl"));
            Assert.Single(audit.Split('\n'), l => l.Contains("\"AttemptOver\"", StringComparison.Ordinal));
        }

        await VerifyAuditAsync();

        // A second agent on the same state directory is refused with a sentence.
        await using VflProcess second = VflProcess.Launch("agent", "--config", Config("lab"));
        Assert.Equal(ExitCodes.FileAccess, await second.WaitAsync());
        Assert.Contains("already runs on the state directory", second.Log, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (VflProcess service in _services.Values)
        {
            await service.DisposeAsync();
        }

        _directory.Dispose();
    }

    private static async Task<VflRun> GoodAsync(params string[] arguments) => await VflRun.GoodAsync([.. arguments, "--json"]);

    private string Config(string party) => _directory[party, party == "coordinator" ? "coordinator.json" : "agent.json"];

    private string State(string party) => _directory[party, "s"];

    private async Task ConnectedAsync() => await ServiceKit.UntilAsync(
        async () => (await GoodAsync("status", "--config", Config("coordinator"))).Json.GetProperty("agents").GetArrayLength() == 3, "three agents");

    private async Task<string?[]> ConnectedPartiesAsync() =>
        [.. (await GoodAsync("status", "--config", Config("coordinator"))).Json.GetProperty("agents").EnumerateArray().Select(a => a.GetString())];

    private async Task<string> StartRunAsync(string study)
    {
        string run = "";
        await ServiceKit.UntilAsync(
            async () =>
            {
                VflRun started = await VflRun.OfAsync("study", "start", study[..8], "--config", Config("coordinator"), "--json");
                run = started.ExitCode == 0 ? started.Json.GetProperty("run").GetString()! : "";
                return started.ExitCode == 0;
            },
            "the start");
        return run;
    }

    private async Task TrainingAsync(string party, string run, int attempt)
    {
        using var client = new LocalClient(State(party));
        await ServiceKit.UntilAsync(
            async () =>
            {
                JsonElement view = await client.GetAsync<JsonElement>($"runs/{run}", TestContext.Current.CancellationToken);
                return view.GetProperty("attempt").GetInt32() == attempt && view.GetProperty("station").GetString() == "training";
            },
            $"'{party}' to train in attempt {attempt}");
    }

    private async Task<string> ModelAsync(string run)
    {
        string folder = _directory["report-" + run];
        await VflRun.GoodAsync("study", "report", run, "--config", Config("hospital"), "--out", folder);
        return ReportFile.ModelHash(folder);
    }

    private async Task ProvisionAsync()
    {
        await VflRun.GoodAsync("ca", "init", "--dir", _directory["ca"], "--name", "test");
        foreach (string party in ServiceKit.Parties)
        {
            await VflRun.GoodAsync("enroll", "--party", party, "--operator", "alice", "--out", _directory[party]);
            File.WriteAllText(_directory[party, "table.csv"], Cohort.Table(party));
        }

        await VflRun.GoodAsync("enroll", "--party", "coordinator", "--out", _directory["coordinator"]);
        await VflRun.GoodAsync(
        [
            "ca", "sign", "--dir", _directory["ca"], _directory["coordinator", "service.csr.pem"],
            .. ServiceKit.Parties.SelectMany(p => (string[])[_directory[p, "service.csr.pem"], _directory[p, "operator-alice.csr.pem"]]),
        ]);
        File.WriteAllText(Config("coordinator"), """{ "listen": "127.0.0.1:0", "stateDirectory": "s" }""");
    }

    private async Task StartAsync(string party)
    {
        _services[party] = await VflProcess.StartAsync(party == "coordinator" ? "coordinator" : "agent", Config(party));
        if (party == "coordinator")
        {
            // A restarted coordinator must be found again where it was.
            File.WriteAllText(Config("coordinator"), $$"""{ "listen": "127.0.0.1:{{_services[party].Port}}", "stateDirectory": "s" }""");
            foreach (string other in ServiceKit.Parties)
            {
                File.WriteAllText(Config(other), new JsonObject
                {
                    ["party"] = other,
                    ["coordinator"] = $"127.0.0.1:{_services[party].Port}",
                    ["stateDirectory"] = "s",
                    ["datasets"] = new JsonObject { ["mortality"] = new JsonObject { ["csv"] = "table.csv" } },
                }.ToJsonString());
            }
        }
    }

    private async Task VerifyAuditAsync()
    {
        foreach (string party in ServiceKit.Parties)
        {
            string[] peers = [.. ServiceKit.Parties.Where(p => p != party).SelectMany(p => (string[])["--peer-log", Path.Combine(State(p), "audit.jsonl")])];
            VflRun verified = await GoodAsync(["audit", "verify", Path.Combine(State(party), "audit.jsonl"), "--trust", _directory["ca", "ca.cert.pem"], .. peers]);
            Assert.True(verified.Json.GetProperty("peerHeads").GetInt32() >= 4, "Each peer keeps the heads of a run's start and end.");
        }

        string log = ServiceKit.ReadShared(Path.Combine(State("lab"), "audit.jsonl"));
        foreach (string kind in (string[])["PolicyChanged", "StudyOffered", "StudyApproved", "RunStarted", "MessagesSent", "PeerHead", "RunEnded"])
        {
            Assert.Contains($"\"{kind}\"", log, StringComparison.Ordinal);
        }

        // What is cut off at the end shows in the heads that a peer keeps.
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        int start = Array.FindIndex(lines, l => l.Contains("\"RunStarted\"", StringComparison.Ordinal));
        File.WriteAllLines(_directory["cut.jsonl"], lines[..start]);
        string refusal = await VflRun.RefusedAsync(
            ExitCodes.AuditBroken, "audit", "verify", _directory["cut.jsonl"], "--trust", _directory["ca", "ca.cert.pem"], "--peer-log", Path.Combine(State("hospital"), "audit.jsonl"));
        Assert.Contains("Records were cut off", refusal, StringComparison.Ordinal);
        File.Delete(_directory["cut.jsonl"]);
    }

    /// <summary>No file of any state directory holds an identifier, its hash, or a value.</summary>
    private void NothingInTheClear(string run)
    {
        Assert.All(
            (string[])["alignment.sealed", "bottom.sealed", "model.sealed", "recipe.sealed"],
            f => Assert.True(File.Exists(Path.Combine(State("lab"), "runs", run, f)), f));
        Assert.True(File.Exists(Path.Combine(State("lab"), "party-seed.sealed")));
        ClearText.Check(ServiceKit.Parties.Append("coordinator").Select(State), _directory["study.json"]);
    }
}
