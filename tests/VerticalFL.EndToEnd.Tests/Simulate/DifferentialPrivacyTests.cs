using System.Text.Json.Nodes;
using VerticalFL.Agent.Reports;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Cli;
using VerticalFL.Simulation;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>Differential privacy at patient level, from the study to the report and the ledger.</summary>
public sealed class DifferentialPrivacyTests
{
    [Fact]
    public async Task A_run_says_what_holds_and_charges_it()
    {
        using SmallStudy study = Private(epsilon: 200);
        await using Consortium consortium = await Consortium.SimulateAsync(StudyFolder.Load(study.Folder), cancellationToken: TestContext.Current.CancellationToken);
        Report report = await consortium.Completion;

        DifferentialPrivacyReport held = report.Privacy.DifferentialPrivacy!;
        Assert.InRange(held.FeaturePartyEpsilon, 199, 200);
        Assert.True(held.LabelPartyEpsilon < held.FeaturePartyEpsilon && held.WholePatientEpsilon > held.FeaturePartyEpsilon, $"{held}");
        Assert.Equal(held.LabelPartyEpsilon, report.Privacy.Ledger!.LargestEpsilon, 1e-9);
        Assert.InRange(held.ForecastAuc, 0.68, 0.8);
        Assert.Equal("u64.24", report.Privacy.Ring);
        Assert.True(report.Metrics.Test!.Auc > 0.6, $"{report.Metrics.Test.Auc}");
        Assert.Contains("clipping norms on every released row", ReportHtml.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_epsilon_that_cannot_be_kept_and_a_budget_that_does_not_allow_it_end_the_run_before_anything_is_told()
    {
        using SmallStudy impossible = Private(epsilon: 0.001);
        Assert.Contains("the smallest that can is", await VflRun.RefusedAsync(ExitCodes.StudyInvalid, "simulate", impossible.Folder, "--out", impossible.Out), StringComparison.Ordinal);

        using SmallStudy dear = Private(epsilon: 200);
        dear.Others["lab.policy.json"] = """{ "privacyBudget": { "epsilon": 100 } }""";
        dear.Write();
        Assert.Contains("The privacy budget of 'lab'", await VflRun.RefusedAsync(ExitCodes.PolicyRefused, "simulate", dear.Folder, "--out", dear.Out), StringComparison.Ordinal);
    }

    private static SmallStudy Private(double epsilon)
    {
        var study = new SmallStudy(patients: 400);
        study.Json.Remove("labels");
        study.Json["labels"] = new JsonObject();
        study.Json["model"] = new JsonObject { ["preset"] = "linear" };
        study.Json["data"] = new JsonObject
        {
            ["hospital"] = new JsonObject { ["ranges"] = new JsonObject { ["age"] = new JsonArray(40, 90) }, ["levels"] = new JsonObject { ["sex"] = new JsonArray("f", "m") } },
            ["lab"] = new JsonObject { ["ranges"] = new JsonObject { ["l1"] = new JsonArray(-1, 2), ["l2"] = new JsonArray(0, 2) } },
            ["pharmacy"] = new JsonObject { ["ranges"] = new JsonObject { ["p1"] = new JsonArray(-1, 2) }, ["levels"] = new JsonObject { ["p_flag"] = new JsonArray("yes", "no") } },
        };
        study.Json["training"] = new JsonObject { ["epochs"] = 10, ["batch"] = 32, ["optimizer"] = new JsonObject { ["learningRate"] = 0.05 }, ["earlyStopping"] = new JsonObject { ["validation"] = 0 } };
        study.Json["privacy"] = new JsonObject { ["differentialPrivacy"] = new JsonObject { ["epsilon"] = epsilon } };
        return study.Write();
    }
}
