using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using VerticalFL.Training.Engines;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Tests.Runs;

/// <summary>The runners of three parties, each with its own state directory, over channels in memory: attempts of one run without a coordinator.</summary>
internal sealed class ConsortiumOfRunners : IDisposable
{
    private static readonly PartyId[] Parties = [new("hospital"), new("lab"), new("pharmacy")];

    private readonly TemporaryDirectory _directory = new();
    private readonly CertificateAuthority _authority;
    private readonly RunId _run = RunId.FromBytes([5, .. new byte[RunId.Size - 1]]);
    private int _attempt;

    /// <param name="keys">The study's keys as JSON; the tables have the columns <c>patient_id</c> and, if keys are given, <c>mrn</c>, which every fourth row lacks.</param>
    /// <param name="folds">Into how many folds its cross-validation deals the patients; null for none.</param>
    /// <param name="choice">Whether a second model is tried, and the better one trained a second time.</param>
    public ConsortiumOfRunners(string? keys = null, int? folds = null, bool choice = false)
    {
        _authority = CertificateAuthority.Init(_directory["ca"], "test");
        foreach (PartyId party in Parties)
        {
            foreach (Enrolment made in Enrolment.Create(party, "alice", _directory[party.Value]))
            {
                File.WriteAllText(
                    made.RequestPath.Replace(".csr.pem", ".cert.pem", StringComparison.Ordinal), _authority.Sign(File.ReadAllText(made.RequestPath), 30).Pem);
            }

            File.WriteAllText(_directory[party.Value, "ca.cert.pem"], _authority.Certificate.ExportCertificatePem());
            Directory.CreateDirectory(_directory[party.Value, "state"]);
            WriteTable(party, keys is not null);
        }

        Document = StudyDocument.Expand(Encoding.UTF8.GetBytes(
            $$"""
            { "name": "resumed", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] },
              "model": { "cut": 4 }, "training": { "epochs": 4, "batch": 16{{(choice ? ", \"earlyStopping\": { \"refit\": true } }, \"alternatives\": [{ \"cut\": 3 }]" : " }")}}, "evaluation": { "compareAlone": false, "folds": {{(folds is { } k ? k : "null")}} }, "checkpoints": { "everySteps": 2 }{{(keys is null ? "" : ", \"identifiers\": " + keys)}} }
            """));
    }

    public StudyDocument Document { get; }

    /// <summary>What the agents have logged.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    public string ModelHash
    {
        get
        {
            using JsonDocument report = JsonDocument.Parse(File.ReadAllBytes(Folder("hospital").PathOf(_run, "report.json")));
            return report.RootElement.GetProperty("model").GetProperty("sha256").GetString()!;
        }
    }

    public string[] FoldHashes
    {
        get
        {
            using JsonDocument report = JsonDocument.Parse(ReportText);
            return [.. report.RootElement.GetProperty("crossValidation").GetProperty("folds").EnumerateArray().Select(f => f.GetProperty("sha256").GetString()!)];
        }
    }

    public string ReportText => File.ReadAllText(Folder("hospital").PathOf(_run, "report.json"));

    public string[] FilesOf(string party) => [.. Directory.GetFiles(Path.GetDirectoryName(Folder(party).PathOf(_run, "x"))!).Select(f => Path.GetFileName(f))];

    public void Change(string party, Func<string, string> table)
    {
        string path = _directory[party, "data.csv"];
        File.WriteAllText(path, table(File.ReadAllText(path)));
    }

    public string[] AuditOf(string party) => File.ReadAllLines(AuditPath(party));

    /// <summary>Cuts a party's audit log behind so many records.</summary>
    public void KeepOfAudit(string party, int records) => File.WriteAllText(AuditPath(party), string.Concat(AuditOf(party).Take(records).Select(l => l + "\n")));

    /// <summary>A party's audit log against the heads that others keep of it.</summary>
    public AuditReport Verify(string party, params string[] peers) => AuditVerifier.Verify(
        AuditPath(party), _authority.Certificate, peers.SelectMany(p => AuditVerifier.ReadHeads(AuditPath(p), new PartyId(party))));

    /// <summary>One attempt of all; when a party's observer throws, it is over for all.</summary>
    public async Task AttemptAsync(Func<PartyId, IChannelObserver?> observer)
    {
        _attempt++;
        var ends = new Dictionary<(PartyId, PartyId), Channel>();
        var settings = new ConcurrentDictionary<PartyId, ChannelOptions>();
        var ready = new Barrier(Parties.Length, _ =>
        {
            foreach (PartyId a in Parties)
            {
                foreach (PartyId b in Parties.Where(b => a < b))
                {
                    (ends[(a, b)], ends[(b, a)]) = Channel.CreateInMemoryPair(a, b, settings[a], settings[b]);
                }
            }
        });
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Exception? first = null;
        await Task.WhenAll(Parties.Select(p => Task.Factory.StartNew(
            async () =>
            {
                try
                {
                    await RunAsync(p, observer(p), (run, options) =>
                    {
                        settings[p] = options;
                        ready.SignalAndWait(stop.Token);
                        return new RunChannels(run, Parties.Where(q => q != p).ToDictionary(q => q, q => ends[(p, q)]));
                    }, stop.Token);
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref first, e, null);
                    await stop.CancelAsync();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default).Unwrap()));
        ready.Dispose();
        if (first is not null)
        {
            throw new InvalidOperationException("An attempt ended early.", first);
        }
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    private string AuditPath(string party) => _directory[party, "state", AuditLog.FileName];

    private RunFolder Folder(string party) => new(_directory[party, "state"]);

    private async Task RunAsync(PartyId party, IChannelObserver? observer, Func<ActiveRun, ChannelOptions, RunChannels> open, CancellationToken cancellationToken)
    {
        string state = _directory[party.Value, "state"];
        var options = new AgentOptions
        {
            Party = party.Value,
            Coordinator = "localhost:1",
            StateDirectory = state,
            Datasets = new Dictionary<string, DatasetOptions> { ["resumed"] = new() { Csv = _directory[party.Value, "data.csv"] } },
            SimulatedSeed = string.Concat(Enumerable.Repeat(((int)party.Value[0]).ToString("x2", CultureInfo.InvariantCulture), 32)),
        };
        using ServiceIdentity identity = ServiceIdentity.Load(_directory[party.Value]);
        using AuditLog audit = AuditLog.Open(state, identity);
        using StorageKey key = StorageKey.Open(state);
        using PrivacyLedger ledger = PrivacyLedger.Open(state, key, party);
        var budgets = new BudgetDesk(ledger, new PeerLedgers(state, key, party), Policy.Default.PrivacyBudget, audit, party);
        var desk = new StudyDesk(options, Policy.Default, new StudyStore(state), new ApprovalVerifier(identity.Root, Policy.Default), audit, TimeProvider.System);
        var runner = new StudyRunner(
            options, Policy.Default, desk, PartySeed.Open(options, key, simulated: true), (r, channels, _) => Task.FromResult(open(r, channels)), new RunFolder(state), key, audit, budgets,
            new AgentSeams { Recorder = observer }, new ManagedEngine(), new Collector(party, Log), TimeProvider.System);
        var run = new ActiveRun(_run, new NewestAttempt(_attempt, null), Document);
        await runner.RunAsync(run, new RunTelemetry(run, _ => { }), _ => Task.CompletedTask, cancellationToken);
    }

    private void WriteTable(PartyId party, bool numbered)
    {
        var random = new Random(party.Value[0]);
        var text = new StringBuilder(numbered ? "mrn,patient_id,a,b" : "patient_id,a,b").AppendLine(party == Parties[0] ? ",label" : "");
        for (int i = party.Value[0] % 5; i < 150; i++)
        {
            text.Append(!numbered ? "" : i % 4 == 0 ? "," : $"{i:000},");
            text.Append(CultureInfo.InvariantCulture, $"patient-{i},{random.NextDouble()},{random.NextDouble() + (i % 2)}").AppendLine(party == Parties[0] ? $",{i % 2}" : "");
        }

        File.WriteAllText(_directory[party.Value, "data.csv"], text.ToString());
    }

    private sealed class Collector(PartyId party, ConcurrentQueue<string> lines) : ILogger<StudyRunner>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{party}: {formatter(state, exception)}");
    }
}
