using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Runs;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Audits;

namespace VerticalFL.Agent.Audits;

/// <summary>
/// The attacks that need one party's view beside another's data, which only a simulation has in one place: completion of a feature party's own model, and reconstruction of
/// its columns from the sum that the label party received.
/// </summary>
public static class SimulatedAudit
{
    /// <summary>Plays them and puts figures and verdict into the report. What the parties had sealed for it is deleted.</summary>
    /// <param name="report">The label party's report.</param>
    /// <param name="document">Its study.</param>
    /// <param name="run">Its run.</param>
    /// <param name="stateOf">Each party's state directory.</param>
    /// <param name="cheat">The party that cheated in this run: its completion alone is played. Null when none did.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StorageException">A party's view is missing or not what it sealed.</exception>
    public static Report Join(Report report, StudyDocument document, RunId run, Func<PartyId, string> stateOf, PartyId? cheat, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(stateOf);
        Study study = document.Study;
        AuditFile label = Take(study.LabelParty);
        bool[]? outcomes = label.Values.Length == 0 ? null : [.. label.Values.Select(v => v == 1)];
        var completions = new List<CompletionReport>();
        var recoveries = new List<ReconstructionReport>();
        foreach (PartyId party in study.FeatureParties.Where(p => cheat is null || p == cheat))
        {
            AuditFile own = Take(party);
            if (!own.View.Rows.SequenceEqual(label.View.Rows))
            {
                throw new StorageException($"What '{party}' and '{study.LabelParty}' kept for the audit is not of the same patients.");
            }

            if (outcomes is not null && outcomes.Distinct().Count() == 2)
            {
                CompletionLeak leak = CompletionAttack.Play(own.View, own.Values, outcomes, own.CopiesOf(study, party), cancellationToken);
                completions.Add(new CompletionReport(party.Value, leak.Auc, leak.Chance, leak.ColumnsAuc) { FineTunedAuc = leak.FineTunedAuc, FineTunedChance = leak.FineTunedChance });
            }

            if (cheat is null && FeatureRecovery.Play(label.View, own.Values, cancellationToken) is { } fromSum)
            {
                recoveries.Add(new ReconstructionReport
                {
                    Party = party.Value,
                    KnownRows = fromSum.KnownRows,
                    MeanR2 = fromSum.MeanR2,
                    LargestR2 = fromSum.LargestR2,
                    LargestColumn = own.Names[fromSum.LargestColumn],
                    Chance = fromSum.Chance,
                    AlonePartyLargestR2 = FeatureRecovery.Play(own.View, own.Values, cancellationToken)!.LargestR2,
                });
            }
        }

        PrivacyReport privacy = report.Privacy with { Reconstruction = recoveries };
        if (privacy.LabelAudit is { } audit && completions.Count > 0)
        {
            CompletionReport strongest = completions.MaxBy(c => c.Auc)!;
            var attacks = new Dictionary<string, LeakReport>(audit.Attacks) { ["completion"] = new(strongest.Auc, strongest.Chance) };
            if (completions.MaxBy(c => c.FineTunedAuc) is { FineTunedAuc: { } furthest, FineTunedChance: { } chance })
            {
                attacks.Add("fineTuned", new LeakReport(furthest, chance));
            }

            privacy = privacy with
            {
                LabelAudit = audit with { Attacks = attacks, Completion = completions, Strongest = attacks.MaxBy(a => a.Value.Auc).Key },
            };
        }

        return Judged(report, study, privacy);

        AuditFile Take(PartyId party)
        {
            string state = stateOf(party);
            using StorageKey key = StorageKey.Open(state);
            return AuditFile.Take(new RunFolder(state), key, new SealContext(party, document.Id, run, 0, "run"));
        }
    }

    /// <summary>Puts what cheating parties gained into the report of the run in which nobody cheated, and judges it anew.</summary>
    /// <param name="report">That run's, joined.</param>
    /// <param name="document">Its study.</param>
    /// <param name="cheated">A joined report for each party that cheated: of the same study, with that party cheating and nobody else.</param>
    public static Report AddCheats(Report report, StudyDocument document, IReadOnlyDictionary<PartyId, Report> cheated)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(cheated);
        if (report.Privacy.LabelAudit is not { Completion: not null } audit || cheated.Count == 0)
        {
            return report;
        }

        CheatReport[] cheats = [.. cheated.Select(c => CheatReport.Of(c.Key, c.Value, audit)).OrderBy(c => c.Party, StringComparer.Ordinal)];
        CheatReport strongest = cheats.MaxBy(c => c.Auc)!;

        var attacks = new Dictionary<string, LeakReport>(audit.Attacks) { [LabelAuditReport.Cheating] = new(strongest.Auc, strongest.Chance) };
        return Judged(report, document.Study, report.Privacy with
        {
            LabelAudit = audit with { Attacks = attacks, Cheats = cheats, Strongest = attacks.MaxBy(a => a.Value.Auc).Key },
        });
    }

    private static Report Judged(Report report, Study study, PrivacyReport privacy) =>
        report with { Privacy = privacy with { Verdict = AuditVerdict.Of(study.Audit?.Limits, privacy) } };
}
