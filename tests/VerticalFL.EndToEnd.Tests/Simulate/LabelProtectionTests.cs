using System.Text.Json.Nodes;
using VerticalFL.Agent.Audits;
using VerticalFL.Agent.Reports;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>What a study's label protection does to a run, and what the audit says of it.</summary>
public sealed class LabelProtectionTests
{
    private static readonly string[] Attacks = ["norm", "direction", "spectral", "averaged", "fewLabels", "completion", "fineTuned"];

    [Fact]
    public async Task Gradients_without_protection_give_outcomes_away_and_the_audit_says_so()
    {
        PrivacyReport privacy = (await RunAsync(new JsonObject { ["disclosedTo"] = new JsonArray("lab", "pharmacy") })).Privacy;

        Assert.Equal(Attacks, privacy.LabelAudit!.Attacks.Keys);
        Assert.Equal(["lab", "pharmacy"], privacy.LabelAudit.Completion!.Select(c => c.Party));
        Assert.Equal(["lab", "pharmacy"], privacy.Reconstruction!.Select(r => r.Party));
        Assert.True(privacy.Verdict is { Passed: false, Limits: [{ Limit: "labelInferenceAuc", Kept: false }, { Limit: "featureR2", Kept: true }] }, $"{privacy.Verdict}");
        Assert.True(privacy.LabelAudit.Attacks["direction"].Auc > 0.95, $"{privacy.LabelAudit.Attacks["direction"]}");
        Assert.True(privacy.LabelAudit.Attacks["direction"].Auc > privacy.LabelAudit.Attacks["direction"].Chance + 0.2);
    }

    [Fact]
    public async Task Marvell_takes_attacks_on_one_batch_to_near_chance()
    {
        Report report = await RunAsync(new JsonObject { ["protection"] = "marvell", ["largestAuc"] = 0.51 });

        Assert.Equal(("marvell", 0.51), (report.Privacy.LabelProtection, report.Privacy.LargestAuc));
        LeakReport direction = report.Privacy.LabelAudit!.Attacks["direction"];
        Assert.True(direction.Auc < direction.Chance + 0.1, $"{direction}");
    }

    [Fact]
    public async Task Label_dp_trains_and_tells_epsilon()
    {
        Report report = await RunAsync(new JsonObject { ["protection"] = "labelDp", ["epsilon"] = 2 });

        Assert.Equal(("labelDp", 2.0), (report.Privacy.LabelProtection, report.Privacy.LabelEpsilon));

        Assert.True(report.Privacy.Ledger is { PatientsCharged: > 200, LargestEpsilon: 2, Budget: null }, $"{report.Privacy.Ledger}");

        // Twelve of a hundred outcomes are reported the other way: whoever reads all reports is wrong that often.
        Assert.InRange(report.Privacy.LabelAudit!.Attacks["averaged"].Auc, 0.6, 0.97);
        Assert.True(report.Metrics.Test!.Auc > 0.6, $"{report.Metrics.Test.Auc}");
    }

    [Fact]
    public async Task A_party_that_cheats_in_both_trainings_of_a_refit_is_audited_over_both_and_counts_in_the_verdict()
    {
        static void Refit(JsonObject study) => study["training"]!["earlyStopping"] = new JsonObject { ["validation"] = 0.2, ["patience"] = 3, ["refit"] = true };
        Report honest = await RunAsync(Protected(), Refit), cheated = await RunAsync(Protected(), Refit, new PartyId("pharmacy"));

        Assert.All([honest, cheated], r => Assert.Equal(r.Training.Steps, r.Privacy.LabelAudit!.Steps));
        Assert.NotEqual(honest.Model.Sha256, cheated.Model.Sha256);
        Assert.Equal(["pharmacy"], cheated.Privacy.LabelAudit!.Completion!.Select(c => c.Party));
        Assert.Empty(cheated.Privacy.Reconstruction!);

        StudyDocument study = StudyDocument.Parse(System.Text.Encoding.UTF8.GetBytes(honest.ExpandedStudy));
        Report report = SimulatedAudit.AddCheats(honest, study, new Dictionary<PartyId, Report> { [new("pharmacy")] = cheated });

        CheatReport cheat = Assert.Single(report.Privacy.LabelAudit!.Cheats!);
        Assert.Equal(("pharmacy", cheated.Metrics.Test!.Auc), (cheat.Party, cheat.TestAuc));
        Assert.Equal(cheat.Auc, report.Privacy.LabelAudit.Attacks[LabelAuditReport.Cheating].Auc);
        Assert.Equal(Math.Max(cheat.Auc, honest.Privacy.LabelAudit!.Attacks.Values.Max(a => a.Auc)), report.Privacy.Verdict!.Limits[0].Found);

        static JsonObject Protected() => new() { ["protection"] = "marvell", ["largestAuc"] = 0.55 };
    }

    private static async Task<Report> RunAsync(JsonObject labels, Action<JsonObject>? change = null, PartyId? cheat = null)
    {
        using SmallStudy study = new(patients: 400);
        study.Json["labels"] = labels;
        study.Json["training"]!["epochs"] = 20;
        study.Json["audit"] = new JsonObject { ["limits"] = new JsonObject { ["labelInferenceAuc"] = 0.6, ["featureR2"] = 1 } };
        change?.Invoke(study.Json);
        study.Write();
        await using Consortium consortium = await Consortium.SimulateAsync(
            StudyFolder.Load(study.Folder), options: new SimulationOptions { Audit = true, Cheat = cheat }, cancellationToken: TestContext.Current.CancellationToken);
        return await consortium.Completion;
    }
}
