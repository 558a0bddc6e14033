using VerticalFL.Governance.Approvals;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Coordinator.Registry;

/// <summary>
/// What the consortium has submitted and decided, and which runs each study has had. It holds studies and signatures: nothing about patients.
/// Every member is safe to call from any thread.
/// </summary>
internal sealed class StudyRegistry
{
    private readonly Lock _lock = new();
    private readonly StudyStore _store;
    private readonly ApprovalVerifier _verifier;
    private readonly TimeProvider _time;
    private readonly Dictionary<StudyId, StudyEntry> _studies = [];
    private readonly Dictionary<StudyId, List<RunId>> _runsOfStudy = [];

    public StudyRegistry(StudyStore store, ApprovalVerifier verifier, TimeProvider time)
    {
        _store = store;
        _verifier = verifier;
        _time = time;
        foreach ((StudyDocument document, IReadOnlyList<SignedApproval> decisions, IReadOnlyList<RunId> runs) in store.LoadStudies())
        {
            var entry = new StudyEntry(document);
            _studies.Add(document.Id, entry);
            _runsOfStudy.Add(document.Id, [.. runs]);
            foreach (SignedApproval signed in decisions)
            {
                Accept(entry, signed);
            }
        }
    }

    /// <summary>A study that was submitted.</summary>
    public StudyDocument this[StudyId id]
    {
        get
        {
            lock (_lock)
            {
                return _studies[id].Document;
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

    /// <summary>Every study.</summary>
    public IReadOnlyList<StudyDocument> All()
    {
        lock (_lock)
        {
            return [.. _studies.Values.Select(s => s.Document)];
        }
    }

    /// <summary>Every study that names the party.</summary>
    public IReadOnlyList<StudyDocument> StudiesOf(PartyId party) => [.. All().Where(d => d.Study.Parties.Contains(party))];

    /// <summary>The runs that a study has had, oldest first; empty for an unknown one.</summary>
    public IReadOnlyList<RunId> RunsOf(StudyId id)
    {
        lock (_lock)
        {
            return _runsOfStudy.TryGetValue(id, out List<RunId>? runs) ? [.. runs] : [];
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

    /// <summary>The order of a new run's first attempt, when everybody has approved and is connected and the study has not expired.</summary>
    /// <exception cref="LocalRequestException">Something is missing.</exception>
    public RunOrder Permit(StudyId id, RunId run, PredictionTerms? prediction, Func<PartyId, bool> connected)
    {
        lock (_lock)
        {
            StudyEntry entry = _studies[id];
            Study study = entry.Document.Study;
            RefuseIf(study.Parties.Where(p => !HasApproved(entry, p)), "has not approved the study", "have not approved the study", "its operator decides with `vfl study approve`");
            RunOrder order = Order(id, run, 1, prediction);
            RefuseIf(order.PartiesOf(study).Where(p => !connected(p)), "is not connected", "are not connected", "start its agent, or look into its log");
            if (study.Expires is { } day && DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime) > day)
            {
                throw new LocalRequestException(LocalRefusal.NotAllowed, $"The study expired on {day:yyyy-MM-dd}: submit it again with a later date.");
            }

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

    /// <summary>An order with the decisions of today.</summary>
    public RunOrder Order(StudyId id, RunId run, int attempt, PredictionTerms? prediction)
    {
        lock (_lock)
        {
            StudyEntry entry = _studies[id];
            return new(id, run, attempt, [.. entry.Document.Study.Parties.Select(p => (ReadOnlyMemory<byte>)MessageCodec.Encode(entry.Decisions[p].Signed))]) { Prediction = prediction };
        }
    }

    /// <summary>Counts a run, on disk too, before it begins.</summary>
    /// <exception cref="LocalRequestException">The study has had all its runs.</exception>
    public void AddRun(StudyId id, RunId run)
    {
        lock (_lock)
        {
            Study study = _studies[id].Document.Study;
            List<RunId> runs = _runsOfStudy[id];
            if (runs.Count >= study.MaxRuns)
            {
                throw new LocalRequestException(
                    LocalRefusal.NotAllowed, $"The study allows {study.MaxRuns} run(s) and has had {runs.Count}: submit it with a larger maxRuns for approval.");
            }

            _store.SaveRuns(id, runs.Append(run));
            runs.Add(run);
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

    private StudyView View(StudyEntry entry, Func<PartyId, bool> connected) => new(
        entry.Document.Id.Hex,
        entry.Document.Study.Name,
        [.. entry.Document.Study.Parties.Select(p => entry.Decisions.TryGetValue(p, out StudyEntry.Decision? d)
            ? new DecisionView(p.Value, connected(p), d.Approved ? "approved" : "rejected", d.Operator)
            : new DecisionView(p.Value, connected(p), "pending", null))],
        _runsOfStudy[entry.Document.Id].Count,
        entry.Document.Study.MaxRuns,
        [.. _runsOfStudy[entry.Document.Id].Select(r => r.Hex)]);

    private void Accept(StudyEntry entry, SignedApproval signed)
    {
        if (_verifier.Verify(signed, _time.GetUtcNow()).Approval is { } approval)
        {
            entry.Decisions[approval.Party] = new StudyEntry.Decision(signed, approval.Approved, approval.Operator, approval.Time);
        }
    }
}
