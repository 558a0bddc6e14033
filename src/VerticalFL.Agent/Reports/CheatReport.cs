using VerticalFL.Messages;

namespace VerticalFL.Agent.Reports;

/// <summary>What a feature party could tell of outcomes after a training in which it sped up its own model, so that the joint one leans on it.</summary>
/// <param name="Party">The party.</param>
/// <param name="Attack">The strongest attack in that training: a key of <see cref="LabelAuditReport.Attacks"/>.</param>
/// <param name="Auc">Its AUC.</param>
/// <param name="Chance">The same against outcomes that were dealt out anew.</param>
/// <param name="CompletionAuc">The stronger of completion and fine-tuning by that party, in that training.</param>
/// <param name="HonestCompletionAuc">The same in the training in which nobody cheated.</param>
/// <param name="TestAuc">Of the model in whose training it cheated; null when the test patients have one outcome only. One that is much worse is noticed.</param>
public sealed record CheatReport(string Party, string Attack, double Auc, double Chance, double CompletionAuc, double HonestCompletionAuc, double? TestAuc)
{
    /// <summary>Reads it from two reports that are joined.</summary>
    /// <param name="party">The party that cheated.</param>
    /// <param name="cheated">Of the run in which it did.</param>
    /// <param name="honest">Of the run in which nobody did.</param>
    internal static CheatReport Of(PartyId party, Report cheated, LabelAuditReport honest)
    {
        LabelAuditReport audit = cheated.Privacy.LabelAudit!;
        LeakReport strongest = audit.Attacks[audit.Strongest];
        return new CheatReport(party.Value, audit.Strongest, strongest.Auc, strongest.Chance, Completed(audit), Completed(honest), cheated.Metrics.Test?.Auc);

        double Completed(LabelAuditReport of)
        {
            CompletionReport own = of.Completion!.Single(c => c.Party == party.Value);
            return Math.Max(own.Auc, own.FineTunedAuc ?? 0);
        }
    }
}
