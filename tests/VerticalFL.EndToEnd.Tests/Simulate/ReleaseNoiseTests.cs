using System.Text.Json.Nodes;
using VerticalFL.Agent.Reports;
using VerticalFL.Simulation;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>What noise on released rows does to a run, and what the report says of it.</summary>
public sealed class ReleaseNoiseTests
{
    [Fact]
    public async Task Noise_is_told_carries_no_epsilon_and_costs_what_the_others_add()
    {
        Report clear = await RunAsync(0.05);
        Report blurred = await RunAsync(50);

        Assert.Equal((0.05, 1, "u64.24"), (clear.Privacy.ReleaseNoise, clear.Privacy.ClippingNorm, clear.Privacy.Ring));
        Assert.Null(clear.Privacy.Ledger);
        Assert.True(clear.Metrics.Test!.Auc > 0.8, $"{clear.Metrics.Test.Auc}");
        Assert.True(blurred.Metrics.Test!.Auc < clear.Metrics.Test.Auc - 0.1, $"{blurred.Metrics.Test.Auc}");
        Assert.Contains("carries no epsilon", ReportHtml.Render(clear), StringComparison.Ordinal);
    }

    private static async Task<Report> RunAsync(double multiplier)
    {
        using SmallStudy study = new(patients: 400);
        study.Json["privacy"] = new JsonObject { ["releaseNoise"] = new JsonObject { ["multiplier"] = multiplier } };
        study.Json["training"]!["epochs"] = 20;
        study.Write();
        await using Consortium consortium = await Consortium.SimulateAsync(StudyFolder.Load(study.Folder), cancellationToken: TestContext.Current.CancellationToken);
        return await consortium.Completion;
    }
}
