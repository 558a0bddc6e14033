using System.Text;
using VerticalFL.Agent.Audits;
using VerticalFL.Agent.Reports;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Agent.Tests.Audits;

public sealed class AuditVerdictTests
{
    private static readonly LabelAuditReport Audited = new()
    {
        Steps = 1,
        Attacks = new Dictionary<string, LeakReport> { ["norm"] = new(0.55, 0.55), ["completion"] = new(0.7, 0.5) },
        Strongest = "completion",
        Completion = [new("lab", 0.6, 0.5, 0.5), new("pharmacy", 0.7, 0.5, 0.6)],
        MembershipAuc = 0.52,
    };

    [Fact]
    public void Of_no_limits_gives_no_verdict() => Assert.Null(AuditVerdict.Of(null, new PrivacyReport { LabelAudit = Audited }));

    [Theory]
    [InlineData(0.69, false)]
    [InlineData(0.7, true)]
    public void Of_outcomes_judges_by_the_strongest_attack_and_names_it(double limit, bool kept)
    {
        AuditVerdictReport verdict = AuditVerdict.Of(new AuditLimits { LabelInferenceAuc = limit }, new PrivacyReport { LabelAudit = Audited })!;

        Assert.Equal(kept, verdict.Passed);
        Assert.Equal(new AuditLimitReport("labelInferenceAuc", limit, 0.7, "own trained model of pharmacy", kept), Assert.Single(verdict.Limits));
    }

    [Fact]
    public void Of_a_model_that_was_trained_on_names_the_party_that_is_told_most_by_it()
    {
        LabelAuditReport further = Audited with
        {
            Attacks = new Dictionary<string, LeakReport>(Audited.Attacks) { ["fineTuned"] = new(0.8, 0.5) },
            Strongest = "fineTuned",
            Completion = [new("lab", 0.6, 0.5, 0.5) { FineTunedAuc = 0.8 }, new("pharmacy", 0.7, 0.5, 0.6) { FineTunedAuc = 0.65 }],
        };

        AuditLimitReport limit = Assert.Single(AuditVerdict.Of(new AuditLimits { LabelInferenceAuc = 0.75 }, new PrivacyReport { LabelAudit = further })!.Limits);

        Assert.Equal((0.8, "fine-tuned own model of lab", false), (limit.Found!.Value, limit.By, limit.Kept!.Value));
    }

    [Fact]
    public void Of_a_party_that_cheated_in_training_counts_what_it_gained()
    {
        LabelAuditReport cheated = Audited with
        {
            Attacks = new Dictionary<string, LeakReport>(Audited.Attacks) { [LabelAuditReport.Cheating] = new(0.8, 0.5) },
            Strongest = LabelAuditReport.Cheating,
            Cheats = [new("lab", "completion", 0.8, 0.5, 0.8, 0.6, 0.75), new("pharmacy", "norm", 0.7, 0.5, 0.65, 0.7, 0.75)],
        };

        AuditLimitReport limit = Assert.Single(AuditVerdict.Of(new AuditLimits { LabelInferenceAuc = 0.75 }, new PrivacyReport { LabelAudit = cheated })!.Limits);

        Assert.Equal((0.8, "cheating own model of lab", false), (limit.Found!.Value, limit.By, limit.Kept!.Value));
    }

    [Theory]
    [InlineData(0.6, 0.58, null)]
    [InlineData(0.5, 0.58, false)]
    public void Of_an_audit_without_completion_can_break_a_limit_and_never_pass_it(double limit, double found, bool? expected)
    {
        LabelAuditReport partial = Audited with
        {
            Completion = null, Strongest = "norm", Attacks = new Dictionary<string, LeakReport> { ["norm"] = new(found, 0.5) },
        };

        Assert.Equal(expected, AuditVerdict.Of(new AuditLimits { LabelInferenceAuc = limit }, new PrivacyReport { LabelAudit = partial })!.Passed);
    }

    [Theory]
    [InlineData(0.69, false)]
    [InlineData(0.75, null)]
    public void Of_an_audit_that_did_not_see_all_can_break_a_limit_and_never_pass_it(double limit, bool? expected)
    {
        AuditVerdictReport verdict = AuditVerdict.Of(
            new AuditLimits { LabelInferenceAuc = limit, FeatureR2 = 1 },
            new PrivacyReport
            {
                LabelAudit = Audited,
                Reconstruction = [new() { Party = "lab", KnownRows = 200, MeanR2 = 0.1, LargestR2 = 0.2, LargestColumn = "x", Chance = 0, AlonePartyLargestR2 = 1 }],
                AuditLeftOut = "the trainings of 5 folds",
            })!;

        Assert.Equal(expected, verdict.Passed);
        Assert.Equal([expected, null], verdict.Limits.Select(l => l.Kept));
        Assert.All(verdict.Limits, l => Assert.EndsWith(", without the trainings of 5 folds", l.By, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", null)]
    [InlineData(""", "evaluation": { "folds": 5 }""", "the trainings of 5 folds")]
    [InlineData(""", "alternatives": [{ "preset": "linear" }]""", "the training of the other model")]
    [InlineData(""", "alternatives": [{ "preset": "linear" }, {}]""", "the trainings of 2 other models")]
    [InlineData(""", "alternatives": [{ "preset": "linear" }], "training": { "earlyStopping": { "refit": true } }""", "the training of the other model")]
    [InlineData(""", "training": { "earlyStopping": { "refit": true } }""", null)]
    [InlineData(""", "model": { "members": 5 }""", "what an attacker reads who takes the gradients of the 5 members apart")]
    public void What_an_audit_leaves_out_follows_from_the_study_and_from_interruptions(string more, string? leftOut)
    {
        Study study = StudyDocument.Expand(Encoding.UTF8.GetBytes(
            $$"""{ "name": "s", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] }{{more}} }""")).Study;

        Assert.Equal(leftOut, AuditScope.LeftOut(study, resumed: false));
        Assert.EndsWith("the steps before the interruption", AuditScope.LeftOut(study, resumed: true), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_columns_judges_the_best_told_one_of_any_party_and_one_broken_limit_is_enough()
    {
        ReconstructionReport Party(string name, double best) => new()
        {
            Party = name, KnownRows = 200, MeanR2 = 0.1, LargestR2 = best, LargestColumn = "x", Chance = 0, AlonePartyLargestR2 = 1,
        };
        AuditVerdictReport verdict = AuditVerdict.Of(
            new AuditLimits { FeatureR2 = 0.5, MembershipAuc = 0.6 },
            new PrivacyReport { LabelAudit = Audited, Reconstruction = [Party("lab", 0.4), Party("pharmacy", 0.8)] })!;

        Assert.False(verdict.Passed);
        Assert.Equal((0.8, "x of pharmacy, from the sum", false), (verdict.Limits[0].Found!.Value, verdict.Limits[0].By, verdict.Limits[0].Kept!.Value));
        Assert.True(verdict.Limits[1].Kept);
        Assert.Null(AuditVerdict.Of(new AuditLimits { FeatureR2 = 0.5 }, new PrivacyReport())!.Passed);
    }
}
