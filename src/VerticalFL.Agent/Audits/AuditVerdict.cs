using VerticalFL.Agent.Reports;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Audits;

/// <summary>Holds what an audit found against the study's limits.</summary>
internal static class AuditVerdict
{
    private const string OnlySimulated = "needs the parties' data beside each other: vfl simulate --audit plays it";

    /// <returns>Null when the study has no limits.</returns>
    public static AuditVerdictReport? Of(AuditLimits? limits, PrivacyReport found)
    {
        if (limits is null)
        {
            return null;
        }

        var judged = new List<AuditLimitReport>();
        if (limits.LabelInferenceAuc is { } inference)
        {
            judged.Add(Inference(inference, found.LabelAudit, found.AuditLeftOut));
        }

        if (limits.FeatureR2 is { } recovery)
        {
            ReconstructionReport? best = found.Reconstruction?.MaxBy(r => r.LargestR2);
            judged.Add(best is null
                ? new AuditLimitReport("featureR2", recovery, null, OnlySimulated, null)
                : new AuditLimitReport("featureR2", recovery, best.LargestR2, $"{best.LargestColumn} of {best.Party}, from the sum" + Without(found.AuditLeftOut), Kept(best.LargestR2, recovery, found.AuditLeftOut is null)));
        }

        if (limits.MembershipAuc is { } membership)
        {
            double? auc = found.LabelAudit?.MembershipAuc;
            judged.Add(new AuditLimitReport(
                "membershipAuc", membership, auc, auc is null ? "there was nothing to attack" : "the loss of training and test patients", auc is null ? null : auc <= membership));
        }

        return new AuditVerdictReport
        {
            Limits = judged,
            Passed = judged.Any(l => l.Kept == false) ? false : judged.Any(l => l.Kept is null) ? null : true,
        };
    }

    // What was not looked at can only tell more: a limit that is broken stays so, and one that is not is not known to be kept.
    private static bool? Kept(double found, double limit, bool sawAll) => found > limit ? false : sawAll ? true : null;

    private static string Without(string? leftOut) => leftOut is null ? "" : $", without {leftOut}";

    private static AuditLimitReport Inference(double limit, LabelAuditReport? audit, string? leftOut)
    {
        if (audit is null)
        {
            return new AuditLimitReport("labelInferenceAuc", limit, null, "there was nothing to attack", null);
        }

        double auc = audit.Attacks[audit.Strongest].Auc;
        string? party = audit.Strongest switch
        {
            "completion" => audit.Completion?.MaxBy(c => c.Auc)?.Party,
            "fineTuned" => audit.Completion?.MaxBy(c => c.FineTunedAuc)?.Party,
            LabelAuditReport.Cheating => audit.Cheats?.MaxBy(c => c.Auc)?.Party,
            _ => null,
        };
        string by = LabelAuditReport.NameOf(audit.Strongest) + (party is null ? "" : $" of {party}") + Without(leftOut);
        return new AuditLimitReport("labelInferenceAuc", limit, auc, audit.Completion is null ? $"{by}; completion of a party's own model {OnlySimulated}" : by, Kept(auc, limit, audit.Completion is not null && leftOut is null));
    }
}
