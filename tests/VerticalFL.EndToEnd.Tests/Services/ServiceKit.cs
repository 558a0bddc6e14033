using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Agent;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using VerticalFL.Transport.Local;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>Keys, tables and configurations of a consortium of three in a temporary directory; services are started one by one.</summary>
internal sealed class ServiceKit : IAsyncDisposable
{
    public static readonly string[] Parties = ["hospital", "lab", "pharmacy"];

    private readonly TemporaryDirectory _directory = new();
    private readonly Dictionary<string, Service> _services = [];
    private readonly bool _inProcesses;

    /// <param name="inProcesses">Whether each service has a process of its own. Default: they are hosts in the test's.</param>
    public ServiceKit(bool inProcesses = false)
    {
        _inProcesses = inProcesses;
        Authority = CertificateAuthority.Init(_directory["ca"], "test consortium");
        foreach (string party in Parties.Append("coordinator"))
        {
            Enrol(party, party == "coordinator" ? null : "alice");
        }

        foreach (string party in Parties)
        {
            File.WriteAllText(DataOf(party), Cohort.Table(party));
        }

        WriteConfiguration("coordinator", new { listen = "127.0.0.1:0", stateDirectory = "s" });
    }

    public CertificateAuthority Authority { get; }

    public int Port { get; set; }

    public string this[params string[] parts] => _directory[parts];

    public string ConfigOf(string party) => _directory[party, party == "coordinator" ? "coordinator.json" : "agent.json"];

    public string StateOf(string party) => _directory[party, "s"];

    public string DataOf(string party) => _directory[party, "table.csv"];

    public Service Running(string party) => _services[party];

    public void Enrol(string party, string? person, int days = 30)
    {
        IReadOnlyList<Enrolment> made = person is null
            ? [Enrolment.CreateService(new PartyId(party), _directory[party])]
            : Enrolment.Create(new PartyId(party), person, _directory[party]);
        Sign(made, days);
        File.WriteAllText(_directory[party, "ca.cert.pem"], Authority.Certificate.ExportCertificatePem());
    }

    public void Sign(IEnumerable<Enrolment> made, int days = 30)
    {
        foreach (Enrolment enrolment in made)
        {
            File.WriteAllText(
                enrolment.RequestPath.Replace(".csr.pem", ".cert.pem", StringComparison.Ordinal), Authority.Sign(File.ReadAllText(enrolment.RequestPath), days).Pem);
        }
    }

    /// <summary>An agent's configuration; the change sees it before it is written.</summary>
    public string WriteAgent(string party, Action<JsonObject>? change = null)
    {
        var configuration = new JsonObject
        {
            ["party"] = party,
            ["coordinator"] = $"127.0.0.1:{Port}",
            ["stateDirectory"] = "s",
            ["datasets"] = new JsonObject { ["mortality"] = new JsonObject { ["csv"] = "table.csv" } },
        };
        change?.Invoke(configuration);
        return WriteConfiguration(party, configuration);
    }

    public string WriteStudy(string text, string name = "study.json")
    {
        File.WriteAllText(_directory[name], text);
        return _directory[name];
    }

    public async Task<Service> StartAsync(string party)
    {
        Service service = await (_inProcesses ? Service.LaunchAsync(ConfigOf(party)) : Service.StartAsync(ConfigOf(party)));
        _services[party] = service;
        if (party == "coordinator")
        {
            Port = service.Port;

            // A restarted coordinator must be found again where it was.
            WriteConfiguration("coordinator", new { listen = $"127.0.0.1:{Port}", stateDirectory = "s" });
        }

        return service;
    }

    /// <summary>Kills a service in a process of its own.</summary>
    public async Task KillAsync(string party)
    {
        Assert.True(_services.Remove(party, out Service? service));
        await service.KillAsync();
        await service.DisposeAsync();
    }

    public async Task StopAsync(string party)
    {
        Assert.True(_services.Remove(party, out Service? service));
        await service.DisposeAsync();
        await service.Running;
    }

    /// <summary>The coordinator and every agent, connected.</summary>
    public async Task StartAllAsync(Action<string, JsonObject>? change = null)
    {
        await StartAsync("coordinator");
        foreach (string party in Parties)
        {
            WriteAgent(party, c => change?.Invoke(party, c));
            await StartAsync(party);
        }

        await ConnectedAsync(Parties);
    }

    public async Task ConnectedAsync(params string[] parties) => await UntilAsync(
        async () => (await VflRun.GoodAsync("status", "--config", ConfigOf("coordinator"), "--json")).Json.GetProperty("agents").EnumerateArray()
            .Select(a => a.GetString()).Order().SequenceEqual(parties.Order()),
        "the agents to be connected: " + string.Join(", ", parties));

    /// <summary>Submits a study and waits until every party has it.</summary>
    public async Task<string> SubmitAsync(string study)
    {
        VflRun submitted = await VflRun.GoodAsync("study", "submit", WriteStudy(study), "--config", ConfigOf("coordinator"), "--json");
        string id = submitted.Json.GetProperty("id").GetString()!;
        foreach (string party in Parties.Where(_services.ContainsKey))
        {
            await UntilAsync(
                async () => (await VflRun.OfAsync("study", "show", id, "--config", ConfigOf(party))).ExitCode == 0, $"'{party}' to be offered the study");
        }

        return id;
    }

    public Task<VflRun> ApproveAsync(string party, string id, string verb = "approve") => VflRun.OfAsync(
        "study", verb, id[..8], "--operator", "alice", "--hash", id[..8], "--config", ConfigOf(party), "--json");

    /// <summary>Approves everywhere and waits until the coordinator has heard it.</summary>
    public async Task ApproveAllAsync(string id)
    {
        foreach (string party in Parties)
        {
            VflRun run = await ApproveAsync(party, id);
            Assert.True(run.ExitCode == 0, run.Output + run.Error);
        }

        await UntilAsync(async () => (await DecisionsAsync(id)).All(d => d == "approved"), "the coordinator to hear the approvals");
    }

    public async Task<string[]> DecisionsAsync(string id)
    {
        JsonElement shown = (await VflRun.GoodAsync("study", "show", id, "--config", ConfigOf("coordinator"), "--json")).Json;
        return [.. shown.GetProperty("registry").GetProperty("parties").EnumerateArray().Select(p => p.GetProperty("decision").GetString()!)];
    }

    public async Task<string> StartRunAsync(string id)
    {
        VflRun run = await VflRun.GoodAsync("study", "start", id, "--config", ConfigOf("coordinator"), "--json");
        return run.Json.GetProperty("run").GetString()!;
    }

    /// <summary>Follows a run to its end.</summary>
    public Task<VflRun> WatchAsync(string run) => VflRun.OfAsync("study", "watch", run, "--config", ConfigOf("coordinator"), "--json");

    public async Task<JsonElement> RunAtAsync(string party, string run)
    {
        using var client = new LocalClient(StateOf(party));
        return await client.GetAsync<JsonElement>($"runs/{run}", TestContext.Current.CancellationToken);
    }

    /// <summary>Waits for what the coordinator shows of a run.</summary>
    public Task UntilRunAsync(string run, Func<JsonElement, bool> condition) => UntilAsync(
        async () => condition(await RunAtAsync("coordinator", run)), "the coordinator's view of the run");

    public Task InStationAsync(string party, string run, params string[] stations) => UntilAsync(
        async () =>
        {
            try
            {
                return Array.IndexOf(stations, (await RunAtAsync(party, run)).GetProperty("station").GetString()) >= 0;
            }
            catch (LocalRequestException e) when (e.Refusal == LocalRefusal.NotFound)
            {
                // The order is still on its way.
                return false;
            }
        },
        $"'{party}' to be at {string.Join(" or ", stations)}");

    public string AuditText(string party) => ReadShared(Path.Combine(StateOf(party), "audit.jsonl"));

    public StudyDocument DocumentOf(string id) => StudyDocument.Parse(File.ReadAllBytes(Path.Combine(StateOf("coordinator"), "studies", id, "study.json")));

    public static string ReadShared(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    public static async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        while (!await condition())
        {
            Assert.False(limit.IsCancellationRequested, "Waited in vain for " + what);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_services.Values.Select(s => s.DisposeAsync().AsTask()));
        Authority.Dispose();
        _directory.Dispose();
    }

    private string WriteConfiguration<T>(string party, T configuration)
    {
        string path = ConfigOf(party);
        File.WriteAllBytes(path, JsonSerializer.SerializeToUtf8Bytes(configuration));
        return path;
    }
}
