using VerticalFL.Agent.Reports;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>Puts the audit's figures into the report.</summary>
internal static class AuditOf
{
    /// <returns>Null when the audit has no figure.</returns>
    public static LabelAuditReport? Run(LabelLeakAudit audit, MetricsOf metrics, TrainingOutcome model, CancellationToken cancellationToken)
    {
        IReadOnlyList<LabelLeak> leaks = audit.Leaks(cancellationToken);
        MembershipLeak? membership = Membership(metrics.Judge(model, RowPart.Training), metrics.Judge(model, RowPart.Test));
        return leaks.Count == 0 ? null : new LabelAuditReport
        {
            Steps = audit.Steps,
            Attacks = leaks.ToDictionary(l => Key(l.Attack), l => new LeakReport(l.Auc, l.Chance)),
            Strongest = Key(leaks.MaxBy(l => l.Auc)!.Attack),
            MembershipAuc = membership?.Auc,
            MembershipChance = membership?.Chance,
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

    private static MembershipLeak? Membership(JudgedRows? trained, JudgedRows? tested) => trained is null || tested is null
        ? null
        : MembershipAttack.Play(
            [.. trained.Predictions, .. tested.Predictions],
            [.. trained.Outcomes.Concat(tested.Outcomes).Select(o => o == 1)],
            [.. Enumerable.Range(0, trained.Count + tested.Count).Select(i => i < trained.Count)]);
}
