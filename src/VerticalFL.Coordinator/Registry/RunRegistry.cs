using System.Security.Cryptography;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Local;

namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// The runs of the submitted studies, each in its newest attempt: begun, held, ended, and on disk before anybody is told. It holds stations and
/// percents: nothing about patients. Every member is safe to call from any thread.
/// </summary>
internal sealed class RunRegistry
{
    private readonly Lock _lock = new();
    private readonly StudyRegistry _studies;
    private readonly StudyStore _store;
    private readonly TimeProvider _time;
    private readonly Dictionary<RunId, RunEntry> _runs = [];
    private readonly HashSet<RunId> _unsaved = [];

    public RunRegistry(StudyRegistry studies, StudyStore store, TimeProvider time)
    {
        _studies = studies;
        _store = store;
        _time = time;
        foreach (RunEntry run in studies.All().SelectMany(document => store.LoadRuns(document, [.. studies.RunsOf(document.Id), .. store.Predictions(document.Id)], time)))
        {
            _runs.Add(run.Id, run);
        }
    }

    /// <summary>Starts a run when everybody has approved and is connected.</summary>
    public RunOrder Start(StudyId id, Func<PartyId, bool> connected)
    {
        lock (_lock)
        {
            RunOrder order = _studies.Permit(id, RunId.FromBytes(RandomNumberGenerator.GetBytes(RunId.Size)), prediction: null, connected);
            if (_studies.RunsOf(id).Any(r => _runs.TryGetValue(r, out RunEntry? run) && !run.Ended))
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, "A run of this study is under way: wait for its end, or cancel it.");
            }

            _studies.AddRun(id, order.Run);
            Begin(order);
            return order;
        }
    }

    /// <summary>
    /// Starts a prediction that its study's label party asks for: a run that trains nothing and does not count against the study's runs. It may be under
    /// way beside one that trains; one prediction of a study at a time.
    /// </summary>
    /// <exception cref="LocalRequestException">It may not start now; the sentence is for whoever asked.</exception>
    public RunOrder StartPrediction(PartyId party, PredictionRequest request, Func<PartyId, bool> connected)
    {
        lock (_lock)
        {
            if (_studies.StudiesOf(party).FirstOrDefault(d => d.Id == request.Study) is not { } document || document.Study.LabelParty != party)
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, "Only the label party of a study that the coordinator knows asks for its predictions.");
            }

            if (request.Terms.ProblemOf(document.Study) is { } problem)
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, $"The prediction cannot be made: {problem}.");
            }

            if (_runs.ContainsKey(request.Run) || !_studies.RunsOf(request.Study).Contains(request.Terms.Model))
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, "The coordinator knows no such run of the study, or the prediction's id is taken.");
            }

            if (_runs.Values.Any(r => r.Study == request.Study && r.Order.Prediction is not null && !r.Ended))
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, "A prediction of this study is under way: wait for its end, or cancel it.");
            }

            RunOrder order = _studies.Permit(request.Study, request.Run, request.Terms, connected);
            _store.SavePredictions(request.Study, _store.Predictions(request.Study).Append(order.Run));
            Begin(order);
            return order;
        }
    }

    /// <summary>Notes a party's progress in the present attempt.</summary>
    public void Progress(PartyId party, RunProgress progress)
    {
        lock (_lock)
        {
            _runs.GetValueOrDefault(progress.Run)?.Progress(party, progress);
        }
    }

    /// <summary>Notes a link that is missing at a party, or is up again.</summary>
    public void Link(PartyId party, LinkReport report)
    {
        lock (_lock)
        {
            _runs.GetValueOrDefault(report.Run)?.Link(party, report);
        }
    }

    /// <summary>Notes that an attempt is over at a party. The first word of the present attempt counts; the run waits for the next one.</summary>
    /// <returns>The parties that must now be told to stop the attempt; null when the word changes nothing.</returns>
    public IReadOnlyList<PartyId>? AttemptOver(PartyId party, AttemptOver over)
    {
        lock (_lock)
        {
            if (!_runs.TryGetValue(over.Run, out RunEntry? run) || !run.IsEndedBy(party, over))
            {
                return null;
            }

            run.Interrupt(party, over.Cause, over.Cause == AttemptCause.ChannelLost ? over.Lost : null);
            Note(run);
            return [.. run.StillIn.Where(p => p != party)];
        }
    }

    /// <summary>Begins the next attempt of every run that waits for one, whose parties are all connected and whose pause is over.</summary>
    /// <returns>The orders, on disk before anybody is told.</returns>
    /// <exception cref="IOException">The disk refuses: nothing begins until it does not.</exception>
    public IReadOnlyList<RunOrder> BeginAttempts(Func<PartyId, bool> connected)
    {
        lock (_lock)
        {
            foreach (RunId unsaved in _unsaved.ToArray())
            {
                Save(_runs[unsaved]);
            }

            List<RunOrder> begun = [];
            RunEntry[] ready = [.. _runs.Values.Where(r => r.WaitsForNext && r.Pause.Left(_time) == TimeSpan.Zero && r.Parties.Keys.All(connected))];
            foreach (RunEntry run in ready)
            {
                // With the decisions of today: a party that has rejected the study since then refuses by itself.
                RunEntry next = run.Next(_studies.Order(run.Study, run.Id, run.Attempt + 1, run.Order.Prediction) with { After = run.LastOver });
                Save(next);
                _runs[run.Id] = next;
                next.Pause.Begin(_time);
                begun.Add(next.Order);
            }

            return begun;
        }
    }

    /// <summary>Whether something waits for room on the disk.</summary>
    public bool HasUnsaved
    {
        get
        {
            lock (_lock)
            {
                return _unsaved.Count > 0;
            }
        }
    }

    /// <summary>How long until the next attempt may begin that only waits for its pause; null when there is none.</summary>
    public TimeSpan? PauseLeft()
    {
        lock (_lock)
        {
            return _runs.Values.Where(r => r.WaitsForNext).Select(r => r.Pause.Left(_time)).Where(left => left > TimeSpan.Zero).Select(left => (TimeSpan?)left).Min();
        }
    }

    /// <summary>Notes a party's end.</summary>
    /// <returns>The parties that must now be told to stop, and why; empty when nobody must.</returns>
    public (IReadOnlyList<PartyId> Stop, string Reason) End(PartyId party, RunEnded ended)
    {
        lock (_lock)
        {
            if (!_runs.TryGetValue(ended.Run, out RunEntry? run))
            {
                return ([], "");
            }

            (bool counts, bool stops) = run.End(party, ended);
            if (counts)
            {
                Note(run);
            }

            return stops ? (run.StillIn, run.StopReason!) : ([], "");
        }
    }

    /// <summary>An operator ends the run for everybody.</summary>
    /// <returns>The parties that must be told to stop.</returns>
    /// <exception cref="LocalRequestException">The run is over.</exception>
    public IReadOnlyList<PartyId> Cancel(RunId id, string reason)
    {
        lock (_lock)
        {
            RunEntry run = _runs[id];
            if (run.Ended)
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, $"The run {id.Short} is over: there is nothing to cancel.");
            }

            run.StopReason ??= reason;
            Save(run);
            return run.StillIn;
        }
    }

    /// <summary>An operator holds the run: the present attempt ends, the next one waits for <see cref="Resume"/>.</summary>
    /// <returns>The attempt, and the parties that must be told to stop it.</returns>
    /// <exception cref="LocalRequestException">The run is over, is being ended, or is paused.</exception>
    public (int Attempt, IReadOnlyList<PartyId> Stop) Pause(RunId id)
    {
        lock (_lock)
        {
            RunEntry run = UnderWay(id, "pause");
            if (run.Paused)
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, $"The run {id.Short} is paused already.");
            }

            run.Paused = true;
            if (run.AttemptOver)
            {
                Save(run);
                return (run.Attempt, []);
            }

            run.Interrupt(null, AttemptCause.Stopped);
            Note(run);
            return (run.Attempt, run.StillIn);
        }
    }

    /// <summary>The next attempt begins as soon as everybody is here.</summary>
    /// <exception cref="LocalRequestException">The run is over, is being ended, or is not paused.</exception>
    public void Resume(RunId id)
    {
        lock (_lock)
        {
            RunEntry run = UnderWay(id, "resume");
            if (!run.Paused)
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, $"The run {id.Short} is not paused: it goes on by itself.");
            }

            run.Paused = false;
            run.Pause.Clear();
            Save(run);
        }
    }

    /// <summary>A party's agent is away: runs that are being stopped no longer wait for its word.</summary>
    public void Away(PartyId party)
    {
        lock (_lock)
        {
            foreach (RunEntry run in _runs.Values.Where(r => r.Away(party)))
            {
                Note(run);
            }
        }
    }

    /// <summary>The parties of a run that every one of them has ended by its own word; empty for other runs.</summary>
    public IReadOnlyList<PartyId> PartiesOfClosed(RunId id)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out RunEntry? run) && run.Closed ? [.. run.Parties.Keys] : [];
        }
    }

    /// <summary>What a party that has just connected must be told of runs: the orders of those that go on, which of them stop, and which are closed.</summary>
    public IReadOnlyList<RunWord> OrdersOf(PartyId party)
    {
        lock (_lock)
        {
            return
            [
                .. _runs.Values.Where(r => r.Parties.TryGetValue(party, out RunEntry.PartyState? s) && (s.Outcome is null || s.Assumed || r.Closed))
                    .Select(r => new RunWord(r.Order, r.StopReason, r.CauseOfStop, r.AttemptOver, r.Closed)),
            ];
        }
    }

    /// <summary>Whether two parties may be connected for an attempt of a run: both must be in it, and it must be the present one and not over.</summary>
    public bool MayConnect(PartyId a, PartyId b, RunId id, int attempt)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out RunEntry? run) && run.Attempt == attempt && run.IsUnderWay
                && run.Parties.ContainsKey(a) && run.Parties.ContainsKey(b);
        }
    }

    /// <summary>The newest run of a study, or the run that the text names.</summary>
    public RunId FindRun(string runOrStudy)
    {
        lock (_lock)
        {
            RunId[] found = [.. _runs.Keys.Where(r => runOrStudy.Length >= 8 && r.Hex.StartsWith(runOrStudy, StringComparison.OrdinalIgnoreCase))];
            if (found.Length == 1)
            {
                return found[0];
            }

            RunId[] runs = [.. _studies.RunsOf(_studies.Find(runOrStudy).Id).Where(_runs.ContainsKey)];
            return runs.Length > 0 ? runs[^1] : throw new LocalRequestException(LocalRefusal.NotFound, "The study has had no run yet.");
        }
    }

    /// <summary>One run.</summary>
    public RunView View(RunId id, Func<PartyId, bool> connected, Func<RunId, long> relayedBytes)
    {
        lock (_lock)
        {
            RunEntry run = _runs[id];
            return new RunView(
                id.Hex,
                run.Study.Hex,
                _studies[run.Study].Study.Name,
                run.Attempt,
                Math.Round(run.Clock.Elapsed.TotalSeconds, 1),
                relayedBytes(id),
                [.. run.Parties.Select(p => new PartyView(p.Key.Value, connected(p.Key), p.Value.Station, p.Value.Percent, p.Value.ValidationLoss, p.Value.RowsPerSecond, p.Value.Outcome, p.Value.Curve.Points))],
                run.Ended,
                run.FailedFirst?.Value,
                run.Paused,
                WaitingText.Of(run, connected),
                run.LastOver?.ToString(),
                run.Order.Prediction is not null,
                run.Links.View(),
                run.Links.ViewPast())
            {
                Model = ModelPlace.Of(run, _studies[run.Study].Study),
                Forecast = run.Parties[_studies[run.Study].Study.LabelParty].Forecast,
            };
        }
    }

    private void Begin(RunOrder order)
    {
        var run = new RunEntry(order, order.PartiesOf(_studies[order.Study].Study), _time.GetUtcNow(), _time, []);
        run.Pause.Begin(_time);
        _store.SaveRun(run, _time.GetUtcNow());
        _runs.Add(order.Run, run);
    }

    private RunEntry UnderWay(RunId id, string verb)
    {
        RunEntry run = _runs[id];
        return run.Ended || run.StopReason is not null
            ? throw new LocalRequestException(LocalRefusal.NotAllowed, $"The run {id.Short} is over: there is nothing to {verb}.")
            : run;
    }

    private void Save(RunEntry run)
    {
        if (run.Ended)
        {
            run.EndedAt ??= _time.GetUtcNow();
            run.Clock.Stop();
        }

        _store.SaveRun(run, _time.GetUtcNow());
        _unsaved.Remove(run.Id);
    }

    /// <summary>Writes down what has happened, or does so later: it has happened all the same, and after a restart the agents tell it again.</summary>
    private void Note(RunEntry run)
    {
        try
        {
            Save(run);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _unsaved.Add(run.Id);
        }
    }
}
