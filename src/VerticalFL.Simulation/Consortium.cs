using System.Net.Sockets;
using VerticalFL.Agent.Audits;
using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation.Services;
using VerticalFL.Transport.Local;

namespace VerticalFL.Simulation;

/// <summary>
/// A whole consortium on one machine: a coordinator and one agent for each party, over loopback TCP and TLS, with keys made for this run
/// by the same code as <c>vfl enroll</c> and <c>vfl ca</c>. Everything it makes lies in one private temporary directory that is gone
/// after <see cref="DisposeAsync"/>.
/// </summary>
public sealed class Consortium : IAsyncDisposable
{
    private static readonly TimeSpan DeathShowsWithin = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WatchAgainAfter = TimeSpan.FromMilliseconds(100);
    private readonly ConsortiumKit _kit;
    private readonly List<IService> _services = [];
    private readonly CancellationTokenSource _disposing = new();

    private readonly Action<string>? _note;
    private ForecastReport? _foretold;

    private Consortium(ConsortiumKit kit, Action<string>? note)
    {
        (_kit, _note) = (kit, note);
        Completion = Task.FromException<Report>(new InvalidOperationException("The run has not started."));
    }

    /// <summary>The run's report; fails with <see cref="RunFailedException"/> when the run ended without a model.</summary>
    public Task<Report> Completion { get; private set; }

    /// <summary>The report as one self-contained HTML page; there once <see cref="Completion"/> has completed.</summary>
    public string ReportHtml { get; private set; } = "";

    /// <summary>Sets the consortium up and starts the study's run.</summary>
    /// <param name="folder">The study and the tables.</param>
    /// <param name="progress">Is told the run's state a few times a second. Default: nobody.</param>
    /// <param name="options">Default: agents as hosts in this process.</param>
    /// <param name="cancellationToken">Ends everything; nothing stays behind.</param>
    /// <exception cref="SimulationException">A service could not be started.</exception>
    /// <exception cref="Data.DataException">A party's table cannot be used.</exception>
    /// <exception cref="RunFailedException">A party's policy refuses the study.</exception>
    public static Task<Consortium> SimulateAsync(
        StudyFolder folder, IProgress<RunView>? progress = null, SimulationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        SimulationOptions chosen = options ?? new SimulationOptions();
        return SimulateAsync(folder, Starter(chosen), chosen, progress, cancellationToken);
    }

    internal static Task<Consortium> SimulateAsync(
        StudyFolder folder, IServiceStarter starter, IProgress<RunView>? progress, CancellationToken cancellationToken) =>
        SimulateAsync(folder, starter, new SimulationOptions(), progress, cancellationToken);

    private static async Task<Consortium> SimulateAsync(
        StudyFolder folder, IServiceStarter starter, SimulationOptions options, IProgress<RunView>? progress, CancellationToken cancellationToken)
    {
        if (options.NewPatients is { } newPatients)
        {
            NewPatientsTables.Check(newPatients, folder.Study);
        }

        if (options.Cheat is { } cheat && !folder.Study.FeatureParties.Contains(cheat))
        {
            throw new ArgumentException($"'{cheat}' is no feature party of the study.", nameof(options));
        }

        await folder.CheckAsync(cancellationToken);
        var consortium = new Consortium(ConsortiumKit.Create(folder, options), options.Note);
        try
        {
            await consortium.StartAsync(starter, cancellationToken);
            RunId run = await consortium.UnlessServiceEndsAsync(consortium.OrderRunAsync, cancellationToken);
            consortium.Completion = consortium.FollowAsync(run, progress, cancellationToken);
            return consortium;
        }
        catch
        {
            await consortium.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Predicts the patients of <see cref="SimulationOptions.NewPatients"/> with the run's model: at the label party, by alignment and joint forward pass, each
    /// party's policy asked again. After <see cref="Completion"/>, as often as the policies allow.
    /// </summary>
    /// <param name="progress">Is told where the label party is. Default: nobody.</param>
    /// <param name="without">Feature parties that take no part; the study must let them be absent. Default: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The predictions as CSV: about single patients, so keep them accordingly.</returns>
    /// <exception cref="RunFailedException">A party cannot or may not take part, or has too few of the others' new patients.</exception>
    public async Task<byte[]> PredictAsync(
        IProgress<PredictionView>? progress = null, IReadOnlyList<string>? without = null, CancellationToken cancellationToken = default)
    {
        Report report = await Completion;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        return await UnlessServiceEndsAsync(ct => AskAndFollowAsync(report.Model.Sha256, without, progress, ct), stop.Token);
    }

    /// <summary>Ends every service and removes the temporary directory.</summary>
    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();

        // Whoever awaits it sees how it ended; here it only has to be over.
        await ((Task)Completion).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_services.Select(s => s.DisposeAsync().AsTask()));
        _services.Clear();
        _kit.Dispose();
        _disposing.Dispose();
    }

    private static IServiceStarter Starter(SimulationOptions options) =>
        options.Vfl is { } vfl ? new ProcessStarter(vfl, options.RestartsPerMinute, options.Note) : new InProcessStarter();

    private async Task StartAsync(IServiceStarter starter, CancellationToken cancellationToken)
    {
        IService coordinator = await starter.StartAsync("coordinator", _kit.WriteCoordinator(), cancellationToken);
        _services.Add(coordinator);
        IEnumerable<Task<IService>> agents = _kit.Parties.Select(
            p => starter.StartAsync("agent", _kit.WriteAgent(p, coordinator.Port), cancellationToken));
        Task<IService>[] starting = [.. agents];
        try
        {
            await Task.WhenAll(starting);
        }
        finally
        {
            _services.AddRange(starting.Where(s => s.IsCompletedSuccessfully).Select(s => s.Result));
        }
    }

    private async Task<RunId> OrderRunAsync(CancellationToken cancellationToken)
    {
        using var coordinator = new LocalClient(_kit.StateOf(PartyId.Coordinator));
        byte[] study = _kit.Study.Bytes.ToArray();
        StudyView submitted = await WaitForAsync(
            () => coordinator.PostAsync<StudyView>("studies", study, cancellationToken), "the coordinator to take the study", cancellationToken);
        foreach (PartyId party in _kit.Parties)
        {
            using var agent = new LocalClient(_kit.StateOf(party));
            AgentStudyView view = await WaitForAsync(
                () => agent.GetAsync<AgentStudyView>($"studies/{submitted.Id}", cancellationToken), $"the agent of '{party}' to receive the study", cancellationToken);
            if (view.Findings.FirstOrDefault(f => f.Refuses) is { } finding)
            {
                throw new RunFailedException(
                    party, RunOutcome.NotAllowed, $"The policy of '{party}' refuses the study: {finding.Text} In a simulation, {party}.policy.json in the folder is that party's policy.");
            }

            await WaitForAsync(
                () => agent.PostAsync<AgentStudyView>($"studies/{submitted.Id}/decision", _kit.SignApproval(party), cancellationToken),
                $"the agent of '{party}' to take the approval",
                cancellationToken);
        }

        await WaitForAsync(
            async () =>
            {
                StudyView now = await coordinator.GetAsync<StudyView>($"studies/{submitted.Id}", cancellationToken);
                return now.Parties.All(p => p.Connected && p.Decision == "approved")
                    ? now
                    : throw new LocalRequestException(LocalRefusal.NotFound, "not yet");
            },
            "all parties to connect and approve",
            cancellationToken);
        RunView run = await WaitForAsync(() => StartRunAsync(coordinator, submitted.Id, cancellationToken), "the run to start", cancellationToken);
        return RunId.TryParse(run.Run, out RunId id) ? id : throw new SimulationException("The coordinator answered with something that is no run id.");
    }

    /// <summary>Starts the run once, also when the coordinator was killed before it could answer.</summary>
    private static async Task<RunView> StartRunAsync(LocalClient coordinator, string study, CancellationToken cancellationToken)
    {
        try
        {
            return await coordinator.GetAsync<RunView>($"runs/{study}", cancellationToken);
        }
        catch (LocalRequestException e) when (e.Refusal == LocalRefusal.NotFound)
        {
            return await coordinator.PostAsync<RunView>($"studies/{study}/start", default, cancellationToken);
        }
    }

    private async Task<T> WaitForAsync<T>(Func<Task<T>> ask, string what, CancellationToken cancellationToken)
    {
        long began = Environment.TickCount64;
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (LocalRequestException e) when (e.Refusal is LocalRefusal.NotFound or LocalRefusal.NotRunning)
            {
                if (Environment.TickCount64 - began > 30_000)
                {
                    throw new SimulationException($"Waited 30 seconds in vain for {what}.", e);
                }
            }

            await Task.Delay(25, cancellationToken);
        }
    }

    private async Task<byte[]> AskAndFollowAsync(string model, IReadOnlyList<string>? without, IProgress<PredictionView>? progress, CancellationToken cancellationToken)
    {
        PartyId labelParty = _kit.Study.Study.LabelParty;
        using var socket = new LocalClient(_kit.StateOf(labelParty));
        var client = new PredictionClient(socket, TimeProvider.System);
        PredictionView asked;
        try
        {
            asked = await client.AskAsync(new PredictionAsk(model, NewPatientsTables.Dataset, Without: without), cancellationToken);
        }
        catch (LocalRequestException e) when (e.Refusal == LocalRefusal.PolicyRefused)
        {
            throw new RunFailedException(labelParty, RunOutcome.NotAllowed, e.Message);
        }

        PredictionView end = await client.FollowAsync(asked.Prediction, progress, cancellationToken);
        if (PredictionClient.Problem(end) is not { } problem)
        {
            return await client.TableAsync(asked.Prediction, cancellationToken);
        }

        using var coordinator = new LocalClient(_kit.StateOf(PartyId.Coordinator));
        RunView run = await coordinator.GetAsync<RunView>($"runs/{asked.Prediction}", cancellationToken);
        var failed = new PartyId(run.FailedFirst ?? labelParty.Value);
        using var agent = new LocalClient(_kit.StateOf(failed));
        AgentRunView view = await agent.GetAsync<AgentRunView>($"runs/{asked.Prediction}", cancellationToken);
        throw new RunFailedException(failed, view.Outcome ?? RunOutcome.Failed, view.Error ?? problem);
    }

    private async Task<Report> FollowAsync(RunId run, IProgress<RunView>? progress, CancellationToken cancellationToken)
    {
        await Task.Yield();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _disposing.Token);
        RunView last = await UnlessServiceEndsAsync(ct => WatchAsync(run, progress, ct), stop.Token);
        if (last.FailedFirst is { } name)
        {
            var failed = new PartyId(name);
            using var agent = new LocalClient(_kit.StateOf(failed));
            AgentRunView view = await WaitForAsync(
                () => agent.GetAsync<AgentRunView>($"runs/{run.Hex}", stop.Token), $"the reason of '{failed}'", stop.Token);
            throw new RunFailedException(failed, view.Outcome ?? RunOutcome.Failed, view.Error ?? "The run failed; the party gave no reason.");
        }

        using var label = new LocalClient(_kit.StateOf(_kit.Study.Study.LabelParty));
        byte[] json = await WaitForAsync(() => label.GetBytesAsync($"runs/{run.Hex}/report.json", stop.Token), "the report", stop.Token);
        byte[] html = await WaitForAsync(() => label.GetBytesAsync($"runs/{run.Hex}/report.html", stop.Token), "the report", stop.Token);
        ReportHtml = System.Text.Encoding.UTF8.GetString(html);
        Report report = ReportJson.Parse(json);
        if (_kit.Audited)
        {
            report = SimulatedAudit.Join(report, _kit.Study, run, _kit.StateOf, _kit.Cheat, stop.Token);
            ReportHtml = Agent.Reports.ReportHtml.Render(report);
        }

        return report;
    }

    /// <summary>Does something that needs every service; the end of one is told at once, instead of what follows from it.</summary>
    private async Task<T> UnlessServiceEndsAsync<T>(Func<CancellationToken, Task<T>> action, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task<Task<string>> ended = Task.WhenAny(_services.Select(s => s.Ended));
        Task<T> acting = action(stop.Token);
        Task first = await Task.WhenAny(acting, ended);
        if (first == acting && acting.IsCompletedSuccessfully)
        {
            return await acting;
        }

        // A dying service breaks its connections a moment before its end is known; and Ctrl-C, which reaches the whole process group, may end a
        // service before this process has heard it.
        Task shown = first == acting ? ended : Task.Delay(Timeout.Infinite, cancellationToken);
        await Task.WhenAny(shown, Task.Delay(DeathShowsWithin, cancellationToken));
        await stop.CancelAsync();
        await ((Task)acting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return ended.IsCompleted
            ? throw new SimulationException($"A service ended too early: {await await ended}")
            : await acting;
    }

    /// <summary>Watches a run to its end, over every restart of the coordinator.</summary>
    private async Task<RunView> WatchAsync(RunId run, IProgress<RunView>? progress, CancellationToken cancellationToken)
    {
        using var coordinator = new LocalClient(_kit.StateOf(PartyId.Coordinator));
        using var label = new LocalClient(_kit.StateOf(_kit.Study.Study.LabelParty));
        while (true)
        {
            try
            {
                await foreach (RunView view in coordinator.FollowAsync<RunView>($"runs/{run.Hex}/watch", cancellationToken))
                {
                    if (progress is not null)
                    {
                        progress.Report(await WithLossesAsync(label, view, cancellationToken));
                    }

                    if (view.Ended)
                    {
                        return view;
                    }
                }
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or LocalRequestException { Refusal: LocalRefusal.NotRunning })
            {
                // It is started again, or its end is told as the simulation's.
            }

            await Task.Delay(WatchAgainAfter, cancellationToken);
        }
    }

    /// <summary>Whoever simulates is the label party too: it sees the losses at that party's agent, also those that the study does not release.</summary>
    private async Task<RunView> WithLossesAsync(LocalClient label, RunView view, CancellationToken cancellationToken)
    {
        try
        {
            AgentRunView own = await label.GetAsync<AgentRunView>($"runs/{view.Run}", cancellationToken);
            if (own is { Forecast: { } forecast, Measured: null } && forecast != _foretold)
            {
                _foretold = forecast;
                _note?.Invoke($"Forecast{(own.Model is { } model ? $" for {(model == Study.Refit ? "the second training" : $"model {model}")}" : "")}: {forecast.InWords()}.");
            }

            // Told above, with the memory.
            bool training = own.Station == Station.Training;
            view = view with { Model = view.Model ?? (training ? own.Model : null), Fold = view.Fold ?? (training ? own.Fold : null), Forecast = null };
            IReadOnlyList<CurvePoint> curve = OwnCurves.Losses(own);
            return curve.Count == 0
                ? view
                : view with
                {
                    Parties = [.. view.Parties.Select(
                        p => p.Party == _kit.Study.Study.LabelParty.Value ? p with { Curve = curve, ValidationLoss = curve[^1].ValidationLoss, Metric = OwnCurves.Metric(own) } : p)],
                };
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException or LocalRequestException)
        {
            // The agent is away for a moment, or has not heard of the run yet.
            return view;
        }
    }
}
