using System.Security.Cryptography;
using VerticalFL.Governance.Approvals;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// What the consortium has submitted, decided and run. It holds studies, signatures, stations and percents: nothing about patients. Every
/// member is safe to call from any thread.
/// </summary>
internal sealed class StudyRegistry
{
    private readonly Lock _lock = new();
    private readonly StudyStore _store;
    private readonly ApprovalVerifier _verifier;
    private readonly TimeProvider _time;
    private readonly Dictionary<StudyId, StudyEntry> _studies = [];
    private readonly Dictionary<StudyId, List<RunId>> _runsOfStudy = [];
    private readonly Dictionary<RunId, RunEntry> _runs = [];
    private readonly HashSet<RunId> _unsaved = [];

    public StudyRegistry(StudyStore store, ApprovalVerifier verifier, TimeProvider time)
    {
        _store = store;
        _verifier = verifier;
        _time = time;
        foreach ((StudyDocument document, IReadOnlyList<SignedApproval> decisions, IReadOnlyList<RunId> runs, IReadOnlyList<RunEntry> entries) in store.Load())
        {
            var entry = new StudyEntry(document);
            _studies.Add(document.Id, entry);
            _runsOfStudy.Add(document.Id, [.. runs]);
            foreach (SignedApproval signed in decisions)
            {
                Accept(entry, signed);
            }

            foreach (RunEntry run in entries)
            {
                _runs.Add(run.Id, run);
            }
        }
    }

    /// <summary>Takes a study in, as its author wrote it or expanded; the same bytes twice are one study.</summary>
    public StudyDocument Submit(ReadOnlySpan<byte> json)
    {
        StudyDocument document;
        try
        {
            document = StudyDocument.Expand(json);
        }
        catch (StudyException e)
        {
            throw new LocalRequestException(LocalRefusal.InvalidStudy, e.Message, e);
        }

        lock (_lock)
        {
            if (_studies.TryAdd(document.Id, new StudyEntry(document)))
            {
                _store.SaveStudy(document);
                _runsOfStudy.Add(document.Id, []);
            }
        }

        return document;
    }

    /// <summary>Finds a study by its id or an unambiguous beginning of at least eight characters.</summary>
    public StudyDocument Find(string idOrPrefix)
    {
        lock (_lock)
        {
            StudyEntry[] found = [.. _studies.Values.Where(s => idOrPrefix.Length >= 8 && s.Document.Id.Hex.StartsWith(idOrPrefix, StringComparison.OrdinalIgnoreCase))];
            return found.Length == 1
                ? found[0].Document
                : throw new LocalRequestException(
                    LocalRefusal.NotFound, $"No single study begins with '{idOrPrefix}': give at least 8 characters of an id that `vfl study list` shows.");
        }
    }

    /// <summary>Every study that names the party.</summary>
    public IReadOnlyList<StudyDocument> StudiesOf(PartyId party)
    {
        lock (_lock)
        {
            return [.. _studies.Values.Select(s => s.Document).Where(d => d.Study.Parties.Contains(party))];
        }
    }

    /// <summary>Takes a party's signed decision; the registry checks it for its own view only, the agents check it again.</summary>
    /// <returns>Why it was refused, or null.</returns>
    public string? Decide(PartyId from, SignedApproval signed)
    {
        ApprovalVerdict verdict = _verifier.Verify(signed, _time.GetUtcNow());
        if (verdict.Approval is not { } approval)
        {
            return verdict.Refusal;
        }

        lock (_lock)
        {
            if (approval.Party != from || !_studies.TryGetValue(approval.Study, out StudyEntry? entry) || !entry.Document.Study.Parties.Contains(from))
            {
                return "the decision is for another party or an unknown study";
            }

            if (entry.Decisions.TryGetValue(from, out StudyEntry.Decision? standing))
            {
                if (standing.Time > approval.Time)
                {
                    return "a newer decision of this party stands";
                }

                if (standing.Signed.Signature.Span.SequenceEqual(signed.Signature.Span))
                {
                    // Agents tell their decision again after every reconnect.
                    return null;
                }
            }

            Accept(entry, signed);
            _store.SaveDecision(approval.Study, from, signed);
            return null;
        }
    }

    /// <summary>Starts a run when everybody has approved and is connected.</summary>
    public RunOrder Start(StudyId id, Func<PartyId, bool> connected)
    {
        lock (_lock)
        {
            StudyEntry entry = _studies[id];
            Study study = entry.Document.Study;
            PartyId[] parties = [.. study.Parties];
            RefuseIf(parties.Where(p => !HasApproved(entry, p)), "has not approved the study", "have not approved the study", "its operator decides with `vfl study approve`");
            RefuseIf(parties.Where(p => !connected(p)), "is not connected", "are not connected", "start its agent, or look into its log");
            if (study.Expires is { } day && DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime) > day)
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, $"The study expired on {day:yyyy-MM-dd}: submit it again with a later date.");
            }

            List<RunId> runs = _runsOfStudy[id];
            if (runs.Any(r => _runs.TryGetValue(r, out RunEntry? run) && !run.Ended))
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, "A run of this study is under way: wait for its end, or cancel it.");
            }

            if (runs.Count >= study.MaxRuns)
            {
                throw new LocalRequestException(
                    LocalRefusal.NotAllowed, $"The study allows {study.MaxRuns} run(s) and has had {runs.Count}: submit it with a larger maxRuns for approval.");
            }

            RunOrder order = Order(entry, RunId.FromBytes(RandomNumberGenerator.GetBytes(RunId.Size)), 1);
            var run = new RunEntry(order, parties, _time.GetUtcNow());
            run.Pause.Begin(_time);
            _runs.Add(order.Run, run);
            runs.Add(order.Run);
            _store.SaveRuns(id, runs);
            _store.SaveRun(run);
            return order;
        }

        bool HasApproved(StudyEntry entry, PartyId party) =>
            entry.Decisions.TryGetValue(party, out StudyEntry.Decision? d) && _verifier.Verify(d.Signed, id, party, _time.GetUtcNow()).Approval is { Approved: true };

        static void RefuseIf(IEnumerable<PartyId> parties, string one, string many, string remedy)
        {
            PartyId[] named = [.. parties];
            if (named.Length > 0)
            {
                throw new LocalRequestException(
                    LocalRefusal.NotAllowed, $"{string.Join(", ", named)} {(named.Length == 1 ? one : many)}: {remedy}.");
            }
        }
    }

    /// <summary>Notes a party's progress in the present attempt.</summary>
    public void Progress(PartyId party, RunProgress progress)
    {
        lock (_lock)
        {
            if (_runs.TryGetValue(progress.Run, out RunEntry? run) && run.Parties.TryGetValue(party, out RunEntry.PartyState? state)
                && progress.Attempt == run.Attempt && state.Outcome is null)
            {
                state.Station = progress.Station;
                state.Percent = progress.Percent;
                state.ValidationLoss = progress.ValidationLoss ?? state.ValidationLoss;
                state.RowsPerSecond = progress.RowsPerSecond ?? state.RowsPerSecond;
            }
        }
    }

    /// <summary>Notes that an attempt is over at a party. The first word of the present attempt counts; the run waits for the next one.</summary>
    /// <returns>The parties that must now be told to stop the attempt; null when the word changes nothing.</returns>
    public IReadOnlyList<PartyId>? AttemptOver(PartyId party, AttemptOver over)
    {
        lock (_lock)
        {
            if (!_runs.TryGetValue(over.Run, out RunEntry? run) || !run.Parties.TryGetValue(party, out RunEntry.PartyState? state)
                || over.Attempt != run.Attempt || state.Outcome is not null || run.AttemptOver || run.StopReason is not null)
            {
                return null;
            }

            Interrupt(run, party, over.Cause);
            return [.. StillIn(run).Where(p => p != party)];
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
                RunEntry next = run.Next(Order(_studies[run.Study], run.Id, run.Attempt + 1) with { After = run.LastOver });
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

    /// <summary>
    /// Notes a party's end. The first failure stops the run for everybody; a later one that names a cause takes the blame from one that only
    /// noticed (<see cref="RunOutcome.ChannelLost"/>). That a party finished an earlier attempt says nothing about the present one.
    /// </summary>
    /// <returns>The parties that must now be told to stop, and why; empty when nobody must.</returns>
    public (IReadOnlyList<PartyId> Stop, string Reason) End(PartyId party, RunEnded ended)
    {
        RunOutcome outcome = ended.Outcome;
        lock (_lock)
        {
            if (!_runs.TryGetValue(ended.Run, out RunEntry? run) || !run.Parties.TryGetValue(party, out RunEntry.PartyState? state)
                || state is { Outcome: not null, Assumed: false }
                || (outcome == RunOutcome.Finished && ended.Attempt != run.Attempt && run.StopReason is null))
            {
                return ([], "");
            }

            (state.Station, state.Outcome, state.Assumed) = (Station.Ended, outcome, false);
            bool first = outcome != RunOutcome.Finished && run.FailedFirst is null;
            bool cause = outcome is not (RunOutcome.Finished or RunOutcome.Cancelled or RunOutcome.ChannelLost)
                && run.FailedFirst is { } blamed && run.Parties[blamed].Outcome == RunOutcome.ChannelLost;
            if (first || cause)
            {
                run.FailedFirst = party;
            }

            if (first)
            {
                run.StopReason ??= $"party '{party}' ended the run: {Describe(outcome)}";
            }

            Note(run);
            return first ? (StillIn(run), run.StopReason!) : ([], "");
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
            return StillIn(run);
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

            Interrupt(run, null, AttemptCause.Stopped);
            return (run.Attempt, StillIn(run));
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
            foreach (RunEntry run in _runs.Values.Where(r => r.StopReason is not null))
            {
                if (run.Parties.TryGetValue(party, out RunEntry.PartyState? state) && state.Outcome is null)
                {
                    // Where nobody failed, an operator cancelled.
                    RunOutcome assumed = run.FailedFirst is null ? RunOutcome.Cancelled : RunOutcome.ChannelLost;
                    (state.Station, state.Outcome, state.Assumed) = (Station.Ended, assumed, true);
                    run.FailedFirst ??= party;
                    Note(run);
                }
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
                    .Select(r => new RunWord(r.Order, r.StopReason, r.AttemptOver, r.Closed)),
            ];
        }
    }

    /// <summary>Whether two parties may be connected for an attempt of a run: both must be in it, and it must be the present one and not over.</summary>
    public bool MayConnect(PartyId a, PartyId b, RunId id, int attempt)
    {
        lock (_lock)
        {
            return _runs.TryGetValue(id, out RunEntry? run) && run.Attempt == attempt && !run.AttemptOver && run.StopReason is null && !run.Ended
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
        }

        StudyId study = Find(runOrStudy).Id;
        lock (_lock)
        {
            RunId[] runs = [.. _runsOfStudy[study].Where(_runs.ContainsKey)];
            return runs.Length > 0 ? runs[^1] : throw new LocalRequestException(LocalRefusal.NotFound, "The study has had no run yet.");
        }
    }

    /// <summary>Every study, by name.</summary>
    public IReadOnlyList<StudyView> List(Func<PartyId, bool> connected)
    {
        lock (_lock)
        {
            return [.. _studies.Values.OrderBy(s => s.Document.Study.Name, StringComparer.Ordinal).ThenBy(s => s.Document.Id.Hex, StringComparer.Ordinal).Select(s => View(s, connected))];
        }
    }

    /// <summary>One study.</summary>
    public StudyView View(StudyId id, Func<PartyId, bool> connected)
    {
        lock (_lock)
        {
            return View(_studies[id], connected);
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
                _studies[run.Study].Document.Study.Name,
                run.Attempt,
                Math.Round(((run.EndedAt ?? _time.GetUtcNow()) - run.Started).TotalSeconds, 1),
                relayedBytes(id),
                [.. run.Parties.Select(p => new PartyView(p.Key.Value, connected(p.Key), p.Value.Station, p.Value.Percent, p.Value.ValidationLoss, p.Value.RowsPerSecond, p.Value.Outcome))],
                run.Ended,
                run.FailedFirst?.Value,
                run.Paused,
                WaitingText.Of(run, connected),
                run.LastOver?.ToString());
        }
    }

    private static string Describe(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Cancelled => "it was cancelled there",
        RunOutcome.DataRefused => "its data cannot be used",
        RunOutcome.CohortTooSmall => "too few patients are common to all parties",
        RunOutcome.NotAllowed => "its policy or a missing approval forbids it",
        RunOutcome.PeerBrokeProtocol => "a peer broke the protocol",
        RunOutcome.ChannelLost => "a peer could not be reached",
        RunOutcome.NotFinite => "training met a number that is not finite",
        _ => "it failed; its own log says why",
    };

    private StudyView View(StudyEntry entry, Func<PartyId, bool> connected) => new(
        entry.Document.Id.Hex,
        entry.Document.Study.Name,
        [.. entry.Document.Study.Parties.Select(p => entry.Decisions.TryGetValue(p, out StudyEntry.Decision? d)
            ? new DecisionView(p.Value, connected(p), d.Approved ? "approved" : "rejected", d.Operator)
            : new DecisionView(p.Value, connected(p), "pending", null))],
        _runsOfStudy[entry.Document.Id].Count,
        entry.Document.Study.MaxRuns,
        [.. _runsOfStudy[entry.Document.Id].Select(r => r.Hex)]);

    private static RunOrder Order(StudyEntry entry, RunId run, int attempt) => new(
        entry.Document.Id, run, attempt, [.. entry.Document.Study.Parties.Select(p => (ReadOnlyMemory<byte>)MessageCodec.Encode(entry.Decisions[p].Signed))]);

    private RunEntry UnderWay(RunId id, string verb)
    {
        RunEntry run = _runs[id];
        return run.Ended || run.StopReason is not null
            ? throw new LocalRequestException(LocalRefusal.NotAllowed, $"The run {id.Short} is over: there is nothing to {verb}.")
            : run;
    }

    private void Interrupt(RunEntry run, PartyId? party, AttemptCause cause)
    {
        run.AttemptOver = true;
        run.LastOver = new AttemptInterruption(run.Attempt, party, cause);
        run.Pause.Over(cause, _time);
        Note(run);
    }

    private static PartyId[] StillIn(RunEntry run) => [.. run.Parties.Where(p => p.Value.Outcome is null).Select(p => p.Key)];

    private void Save(RunEntry run)
    {
        run.EndedAt ??= run.Ended ? _time.GetUtcNow() : null;
        _store.SaveRun(run);
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

    private void Accept(StudyEntry entry, SignedApproval signed)
    {
        if (_verifier.Verify(signed, _time.GetUtcNow()).Approval is { } approval)
        {
            entry.Decisions[approval.Party] = new StudyEntry.Decision(signed, approval.Approved, approval.Operator, approval.Time);
        }
    }
}
