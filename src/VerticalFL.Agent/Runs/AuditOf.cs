using VerticalFL.Agent.Reports;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Metrics;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Puts the audit's figures into the report.</summary>
internal static class AuditOf
{
    /// <returns>Null when the audit has no figure.</returns>
    public static LabelAuditReport? Run(LabelLeakAudit audit, MetricsOf metrics, TrainingOutcome model, CancellationToken cancellationToken)
    {
        IReadOnlyList<LabelLeak> leaks = audit.Leaks(cancellationToken);
        return leaks.Count == 0 ? null : new LabelAuditReport
        {
            Steps = audit.Steps,
            Attacks = leaks.ToDictionary(l => Key(l.Attack), l => new LeakReport(l.Auc, l.Chance)),
            Strongest = Key(leaks.MaxBy(l => l.Auc)!.Attack),
            MembershipAuc = Membership(metrics.Judge(model, RowPart.Training), metrics.Judge(model, RowPart.Test)),
        };
    }

    private static string Key(LabelAttack attack) => attack switch
    {
        LabelAttack.Norm => "norm",
        LabelAttack.Direction => "direction",
        LabelAttack.Spectral => "spectral",
        LabelAttack.Averaged => "averaged",
        _ => "fewLabels",
    };

    // The smaller a patient's loss, the likelier it was trained on (Yeom et al. 2018, "Privacy Risk in Machine Learning", section 3).
    private static double? Membership(JudgedRows? trained, JudgedRows? tested) => trained is null || tested is null
        ? null
        : RocCurve.Auc([.. Fit(trained), .. Fit(tested)], [.. Enumerable.Range(0, trained.Count + tested.Count).Select(i => i < trained.Count)]);

    private static IEnumerable<float> Fit(JudgedRows rows) => rows.Predictions.Select((p, i) => rows.Outcomes[i] == 1 ? p : 1 - p);
}
