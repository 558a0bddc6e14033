using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// What is written down of the runs at this party: in the audit log and in the runs' folders, for the third party that verifies and for this
/// agent after a restart.
/// </summary>
internal sealed class RunHistory(PartyId self, StudyStore store, RunFolder folders, StorageKey key, AuditLog audit, ILogger logger)
{
    /// <summary>The runs that were begun before this process was.</summary>
    public IReadOnlyList<PartyRun> Recall() =>
        [.. store.All().SelectMany(document => store.Runs(document.Id).Concat(store.Predictions(document.Id)), Recall)];

    /// <summary>An attempt begins: before its first byte leaves, so that neither the run is counted less nor the number begun twice, whatever happens to the process.</summary>
    /// <exception cref="IOException">The disk refused: it must not begin.</exception>
    public void Begin(PartyRun run, ActiveRun attempt)
    {
        if (attempt.Prediction is { } terms)
        {
            new PredictionNotes(self, folders, key).SaveTerms(run.Document.Id, run.Id, terms);
            store.AddPrediction(run.Document.Id, run.Id);
        }
        else
        {
            store.AddRun(run.Document.Id, run.Id);
        }

        folders.SaveNewestAttempt(key, self, run.Document.Id, run.Id, attempt.Kept);
        audit.Append(AuditKind.RunStarted, run.Document.Id, run.Id, attempt.Attempt, []);
    }

    /// <summary>An order was refused.</summary>
    public void Refuse(RunOrder order, string reason) =>
        audit.Append(AuditKind.RunRefused, order.Study, order.Run, order.Attempt, new() { ["reason"] = reason });

    /// <summary>A peer broke the protocol. The problem in words stays in the agent's own log: it is the one text here that a peer can shape.</summary>
    public void PeerBroke(PartyRun run, ActiveRun attempt, PeerProtocolException broke) => Keep(run.Id, () => audit.Append(
        AuditKind.PeerBroke, run.Document.Id, run.Id, attempt.Attempt, new() { ["peer"] = broke.Peer.Value ?? "", ["step"] = broke.Step }));

    /// <summary>An attempt is over while the run is not.</summary>
    public void Over(PartyRun run, ActiveRun attempt, AttemptCause cause) =>
        Keep(run.Id, () => KeepOver(run.Document, run.Id, attempt.Kept with { Over = cause }));

    /// <summary>A run ended here.</summary>
    public void End(PartyRun run, RunEnd end)
    {
        var details = new Dictionary<string, string> { ["outcome"] = end.Outcome.ToString() };
        if (end is { Outcome: RunOutcome.Cancelled, Error: { } reason })
        {
            details["reason"] = reason;
        }

        Keep(run.Id, () =>
        {
            audit.Append(AuditKind.RunEnded, run.Document.Id, run.Id, end.Attempt, details);
            folders.SaveEnd(key, self, run.Document.Id, run.Id, end);
            if (end.Outcome is not (RunOutcome.Finished or RunOutcome.NotFinite))
            {
                SealedCheckpoints.DeleteAll(folders, run.Id);
            }
        });
    }

    /// <summary>A run ended everywhere: what was kept for a further attempt goes. Where training diverged the last good state stays, for whoever wants to know why.</summary>
    public void Close(PartyRun run) => Keep(run.Id, () =>
    {
        if (run.End?.Outcome != RunOutcome.NotFinite)
        {
            SealedCheckpoints.DeleteAll(folders, run.Id);
        }
    });

    public bool HasReport(PartyRun run) => folders.HasReport(run.Id);

    /// <summary>A run that was begun before this process was: its attempt is over, unless the run had ended.</summary>
    private PartyRun Recall(StudyDocument document, RunId id)
    {
        NewestAttempt? newest = folders.FindNewestAttempt(key, self, document.Id, id);
        RunEnd? end = folders.FindEnd(key, self, document.Id, id);
        if (end is { Outcome: RunOutcome.Finished } && end.Attempt < newest?.Number)
        {
            // Another party needed a further attempt after this one had finished, and this process did not outlive it.
            end = null;
        }

        if (end is null && newest is { Over: null })
        {
            newest = newest with { Over = AttemptCause.ProcessRestarted };
            KeepOver(document, id, newest);
        }

        return new PartyRun(id, document, newest, end);
    }

    private void KeepOver(StudyDocument document, RunId run, NewestAttempt attempt)
    {
        audit.Append(AuditKind.AttemptOver, document.Id, run, attempt.Number, new() { ["cause"] = attempt.Over!.Value.ToString() });
        folders.SaveNewestAttempt(key, self, document.Id, run, attempt);
    }

    /// <summary>Writes down what has happened; it has happened all the same when the disk refuses.</summary>
    private void Keep(RunId run, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.RunCrashed(logger, run.Short, e);
        }
    }
}
