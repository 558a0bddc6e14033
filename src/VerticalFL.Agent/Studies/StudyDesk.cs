using VerticalFL.Governance.Approvals;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Agent.Studies;

/// <summary>What studies this party knows, what its operator decided, and whether a run may start here.</summary>
internal sealed class StudyDesk(AgentOptions options, Policy policy, StudyStore store, ApprovalVerifier verifier, AuditLog audit, TimeProvider time)
{
    /// <summary>The most studies that wait for a decision here: whoever offers more only fills the disk.</summary>
    internal const int MostUndecided = 200;

    /// <summary>The most bytes of them.</summary>
    internal const long MostUndecidedBytes = 8 << 20;

    private readonly PartyId _self = options.PartyId;
    private bool _full;

    /// <summary>
    /// Keeps a study that the coordinator offers, unless too many wait for a decision already: that is refused, and told once until there is room, so that the
    /// refusals do not fill the audit log instead.
    /// </summary>
    /// <returns>This party's earlier decision on it, to be told again; null when there is none.</returns>
    public SignedApproval? Offer(ReadOnlyMemory<byte> bytes)
    {
        StudyDocument document;
        try
        {
            document = StudyDocument.Parse(bytes.Span);
        }
        catch (StudyException e)
        {
            throw new PeerProtocolException(PartyId.Coordinator, "study offer", e.Message, e);
        }

        if (!document.Study.Parties.Contains(_self))
        {
            throw new PeerProtocolException(PartyId.Coordinator, "study offer", "the study does not name this party");
        }

        if (store.Find(document.Id) is null && !HasRoom(document))
        {
            return null;
        }

        if (store.Add(document))
        {
            audit.Append(AuditKind.StudyOffered, document.Id, details: new() { ["name"] = document.Study.Name });
        }

        return StandingDecision(document.Id, time.GetUtcNow()) is null ? null : store.Decision(document.Id);
    }

    private bool HasRoom(StudyDocument document)
    {
        (int count, long bytes) = store.Undecided();
        if (count < MostUndecided && bytes + document.Bytes.Length <= MostUndecidedBytes)
        {
            _full = false;
            return true;
        }

        if (_full)
        {
            return false;
        }

        _full = true;
        throw new PeerProtocolException(
            PartyId.Coordinator, "study offer",
            $"{count} studies of {bytes / 1024} KiB wait for a decision here, and no more than {MostUndecided} of {MostUndecidedBytes / 1024} KiB are kept; reject with `vfl study reject` what nobody wants, and it is offered again at the next connection");
    }

    /// <summary>Takes the operator's signed decision.</summary>
    public StudyDocument Decide(string idOrPrefix, SignedApproval signed)
    {
        StudyDocument document = Find(idOrPrefix);
        ApprovalVerdict verdict = verifier.Verify(signed, time.GetUtcNow());
        if (verdict.Approval is not { } approval)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, $"The decision is not valid: {verdict.Refusal}.");
        }

        if (approval.Party != _self || approval.Study != document.Id)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, "The decision is for another study or another party.");
        }

        if (StandingDecision(document.Id, time.GetUtcNow()) is { } standing && standing.Time > approval.Time)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, $"A newer decision of {standing.Operator} stands: decide anew instead of repeating an old one.");
        }

        if (approval.Approved && PrivacyPreview.Problem(document.Study) is { } problem)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, $"The study cannot be run: {problem}");
        }

        if (approval.Approved && PolicyCheck.Evaluate(policy, document.Study, _self).FirstOrDefault(f => f.Refuses) is { } finding)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, $"The party's policy refuses the study: {finding.Text}");
        }

        store.SaveDecision(document.Id, signed);
        audit.Append(
            approval.Approved ? AuditKind.StudyApproved : AuditKind.StudyRejected, document.Id, who: approval.Operator);
        return document;
    }

    /// <summary>
    /// Why an ordered attempt of a run may not begin here; null when it may. The coordinator's word counts for nothing. A run is counted once,
    /// however many attempts it takes, and a prediction is not; dates are held against the clock when it begins, so that a clock that jumps cannot end it.
    /// </summary>
    public string? WhyNot(RunOrder order)
    {
        if (store.Find(order.Study) is not { } document)
        {
            return "the study is not known here";
        }

        Study study = document.Study;
        bool trains = order.Prediction is null;
        if ((trains ? store.Predictions(order.Study) : store.Runs(order.Study)).Contains(order.Run))
        {
            return $"the run was begun to {(trains ? "predict" : "train")}";
        }

        IReadOnlyList<RunId> runs = trains ? store.Runs(order.Study) : store.Predictions(order.Study);
        DateTimeOffset? now = runs.Contains(order.Run) ? null : time.GetUtcNow();
        if (now is { } today && study.Expires is { } day && DateOnly.FromDateTime(today.UtcDateTime) > day)
        {
            return $"the study expired on {day:yyyy-MM-dd}";
        }

        int allowed = study.MaxRuns;
        var approved = new HashSet<PartyId>();
        foreach (ReadOnlyMemory<byte> encoded in order.Approvals)
        {
            SignedApproval signed;
            try
            {
                signed = MessageCodec.Decode<SignedApproval>(encoded.Span);
            }
            catch (MessageFormatException)
            {
                return "an approval is malformed";
            }

            ApprovalVerdict verdict = verifier.Verify(signed, now);
            if (verdict.Approval is not { } approval)
            {
                return $"an approval is not valid: {verdict.Refusal}";
            }

            if (approval.Study != order.Study || !approval.Approved)
            {
                return $"the decision of '{approval.Party}' is not an approval of this study";
            }

            allowed = Math.Min(allowed, approval.MaxRuns);
            approved.Add(approval.Party);
        }

        if (study.Parties.FirstOrDefault(p => !approved.Contains(p)) is { Value.Length: > 0 } missing)
        {
            return $"party '{missing}' has not approved the study";
        }

        if (StandingDecision(order.Study, now) is not { Approved: true } own)
        {
            return "this party's own operator has not approved the study";
        }

        // The order may carry an older approval of this party than the one that its operator gave last.
        allowed = Math.Min(allowed, own.MaxRuns);
        if (trains && runs.Count >= allowed && !runs.Contains(order.Run))
        {
            return $"the approvals allow {allowed} run(s), and {runs.Count} have been used";
        }

        return PolicyCheck.Evaluate(policy, study, _self).FirstOrDefault(f => f.Refuses)?.Text.TrimEnd('.');
    }

    /// <summary>Finds a study by its id or an unambiguous beginning of at least eight characters.</summary>
    public StudyDocument Find(string idOrPrefix)
    {
        StudyDocument[] found = [.. store.All().Where(d => idOrPrefix.Length >= 8 && d.Id.Hex.StartsWith(idOrPrefix, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1
            ? found[0]
            : throw new LocalRequestException(
                LocalRefusal.NotFound, $"No single study begins with '{idOrPrefix}': give at least 8 characters of an id that `vfl study list` shows.");
    }

    /// <summary>The study with this id; null when it is not known here.</summary>
    public StudyDocument? TryFind(StudyId id) => store.Find(id);

    public IReadOnlyList<AgentStudyView> List() => [.. store.All().Select(View)];

    public AgentStudyView View(StudyDocument document)
    {
        IReadOnlyList<RunId> runs = store.Runs(document.Id);
        Approval? decision = StandingDecision(document.Id, time.GetUtcNow());
        string dataset = DatasetOf(document.Study);
        return new AgentStudyView(
            document.Id.Hex,
            document.Study.Name,
            decision is null ? "pending" : decision.Approved ? "approved" : "rejected",
            decision?.Operator,
            runs.Count,
            document.Study.MaxRuns,
            [.. PolicyCheck.Evaluate(policy, document.Study, _self).Select(f => new FindingView(f.Refuses, f.Text)), .. Previewed(document.Study)],
            dataset,
            options.Datasets.ContainsKey(dataset),
            [.. runs.Select(r => r.Hex)]);
    }

    private static IEnumerable<FindingView> Previewed(Study study)
    {
        if (PrivacyPreview.Problem(study) is { } problem)
        {
            yield return new FindingView(true, problem);
        }

        if (PrivacyPreview.Forecast(study) is { } forecast)
        {
            yield return new FindingView(false, forecast);
        }
    }

    /// <summary>This party's own decision on the study, if what lies on disk is one that is genuine and in force.</summary>
    private Approval? StandingDecision(StudyId study, DateTimeOffset? at) =>
        store.Decision(study) is { } signed ? verifier.Verify(signed, study, _self, at).Approval : null;

    /// <summary>The dataset that the study uses here.</summary>
    public string DatasetOf(Study study) => study.Data.GetValueOrDefault(_self)?.Dataset ?? study.Name;
}
