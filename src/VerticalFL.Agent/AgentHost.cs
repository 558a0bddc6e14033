using VerticalFL.Agent.Control;
using VerticalFL.Agent.Engines;
using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Engines;
using VerticalFL.Transport;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Local;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;

namespace VerticalFL.Agent;

/// <summary>A party's agent as a hosted service: one control link out, one control socket for its own operator, runs in between.</summary>
public static class AgentHost
{
    /// <summary>Runs the agent until it is cancelled.</summary>
    /// <param name="options">Its configuration.</param>
    /// <param name="onReady">Called once, when the control socket answers.</param>
    /// <param name="cancellationToken">Ends it in an orderly way: runs are cancelled, files are closed.</param>
    /// <exception cref="CertificateException">A certificate cannot be used.</exception>
    /// <exception cref="KeyFileException">A key cannot be used.</exception>
    /// <exception cref="InvalidDataException">The configuration or the policy is wrong.</exception>
    /// <exception cref="IOException">The state directory cannot be used, or another agent runs on it.</exception>
    public static Task RunAsync(AgentOptions options, Action onReady, CancellationToken cancellationToken) =>
        RunAsync(options, AgentSeams.None, onReady, cancellationToken);

    internal static async Task RunAsync(AgentOptions options, AgentSeams seams, Action onReady, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        TimeProvider time = TimeProvider.System;
        PartyId self = options.PartyId;
        Policy policy = options.Policy is { } written ? Policy.Parse(written) : Policy.Default;
        using ServiceIdentity identity = ServiceIdentity.Load(options.Keys, time);
        if (identity.Party != self)
        {
            throw new InvalidDataException($"The certificate in {options.Keys} is of '{identity.Party}', the configuration is for '{self}': give the right keys directory.");
        }

        if (options.SimulatedCheat && !identity.Root.IsSimulated)
        {
            throw new InvalidDataException("simulatedCheat is for simulations, which play that attack to measure it: remove it.");
        }

        WebApplicationBuilder builder = LocalHost.CreateBuilder(options.StateDirectory, options.LogLevel);
        using StorageKey storage = StorageKey.Open(options.StateDirectory);
        using AuditLog audit = AuditLog.Open(options.StateDirectory, identity, time);

        // Behind the lock that the log holds, for the engine's copy is replaced.
        IBottomEngine engine = options.SimulatedCheat ? new MaliciousEngine() : EngineLoader.Load(options.Engine, options.StateDirectory);
        PolicyRecord.Note(options, audit);
        using PredictionLedger predicted = PredictionLedger.Open(options.StateDirectory, storage, self, time);
        using PrivacyLedger ledger = PrivacyLedger.Open(options.StateDirectory, storage, self, time);
        var budgets = new BudgetDesk(ledger, new PeerLedgers(options.StateDirectory, storage, self), policy.PrivacyBudget, audit, self);
        using var credentials = new PartyCredentials(
            self, identity.Certificate, identity.Root.Certificate, PinsOf(policy), identity.Root.RevokedSerialNumbers);
        var store = new StudyStore(options.StateDirectory);
        var folders = new RunFolder(options.StateDirectory);
        var desk = new StudyDesk(options, policy, store, new ApprovalVerifier(identity.Root, policy), audit, time);
        builder.Services.AddSingleton(services => new ControlLink(
            HostAddress.Parse(options.Coordinator), credentials, new ControlLinkOptions { Observer = seams.Recorder, Proxy = options.HttpProxy }, time, services.GetRequiredService<ILogger<ControlLink>>()));
        if (options.Direct?.Endpoint is { } endpoint)
        {
            builder.Services.AddSingleton(services => new DirectListener(endpoint, credentials, time, services.GetRequiredService<ILogger<DirectListener>>()));
        }

        builder.Services.AddSingleton<ICoordinatorVoice>(services => new ControlLinkVoice(services.GetRequiredService<ControlLink>()));
        builder.Services.AddSingleton(services => new PartyConnector(
            services.GetRequiredService<ControlLink>(),
            credentials,
            time,
            services.GetRequiredService<ILogger<PartyConnector>>(),
            DirectLinks.None with { Listener = services.GetService<DirectListener>(), Addresses = options.Direct?.Addresses ?? DirectLinks.None.Addresses }));
        var models = new ModelShelf(self, store, folders, storage);
        var notes = new PredictionNotes(self, folders, storage);
        builder.Services.AddSingleton(services =>
        {
            Task<RunChannels> OpenAsync(ActiveRun run, ChannelOptions channels, CancellationToken token) =>
                RunChannels.OpenAsync(services.GetRequiredService<PartyConnector>(), run, self, channels, token);
            PartySeed seed = PartySeed.Open(options, storage, identity.Root.IsSimulated);
            var training = new StudyRunner(
                options, policy, desk, seed, OpenAsync, folders, storage, audit, budgets, seams, engine,
                services.GetRequiredService<ILogger<StudyRunner>>(), time);
            var prediction = new PredictionRunner(
                options, policy, seed, OpenAsync, folders, storage, models, predicted,
                new LedgerExchange(self, new PeerLedgers(options.StateDirectory, storage, self, PeerLedgers.OfPredictions), "prediction ledger", PredictionLedger.FileName),
                notes, audit, seams, engine);
            return new RunDesk(
                self,
                desk,
                new PredictionOrders(self, policy, store, models, notes),
                (run, progress, onFailing, token) => run.Prediction is null ? training.RunAsync(run, progress, onFailing, token) : prediction.RunAsync(run, progress, onFailing, token),
                new RunHistory(self, store, folders, storage, audit, services.GetRequiredService<ILogger<RunHistory>>()),
                services.GetRequiredService<ICoordinatorVoice>(),
                services.GetRequiredService<ILogger<RunDesk>>(),
                time);
        });
        builder.Services.AddSingleton(services => new PredictionDesk(
            self, policy, store, models, notes, services.GetRequiredService<RunDesk>(), services.GetRequiredService<ICoordinatorVoice>()));
        builder.Services.AddSingleton(services => new AgentService(
            services.GetRequiredService<ControlLink>(),
            services.GetRequiredService<ICoordinatorVoice>(),
            desk,
            services.GetRequiredService<RunDesk>(),
            services.GetRequiredService<PredictionDesk>(),
            audit,
            services.GetRequiredService<ILogger<AgentService>>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<AgentService>());
        await using WebApplication app = builder.Build();
        app.UseLocalRefusals();

        using var retention = new TableRetention(notes, options.KeepPredictionsDays, time, app.Services.GetRequiredService<ILogger<AgentService>>());

        if (!identity.Root.IsSimulated && policy.Peers?.Values.All(p => p.Pin is not null) != true)
        {
            Log.PeersNotPinned(app.Services.GetRequiredService<ILogger<AgentService>>());
        }

        // Listens from now on: peers may dial before this agent has a run, and a port that is taken is refused at the start.
        _ = app.Services.GetService<DirectListener>();
        ControlApi.Map(
            app,
            options,
            app.Services.GetRequiredService<ControlLink>(),
            app.Services.GetRequiredService<AgentService>(),
            desk,
            app.Services.GetRequiredService<RunDesk>(),
            folders,
            budgets);
        PredictionApi.Map(app, app.Services.GetRequiredService<PredictionDesk>());
        await LocalHost.RunAsync(app, options.StateDirectory, app.StartAsync, onReady, cancellationToken);
    }

    private static Dictionary<PartyId, string> PinsOf(Policy policy) =>
        (policy.Peers ?? new Dictionary<PartyId, PeerPolicy>()).Where(p => p.Value.Pin is not null).ToDictionary(p => p.Key, p => p.Value.Pin!);
}
