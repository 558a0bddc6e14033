using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Simulation.Synthetic;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>The made-up doubles of the three public data sets, by real processes.</summary>
public sealed class TwinTests
{
    [Theory]
    [InlineData(SyntheticTwin.Support2, 6637, 4660, 1977, 0, "auc")]
    [InlineData(SyntheticTwin.TcgaBrca, 150, 104, 46, 0, "accuracy")]
    [InlineData(SyntheticTwin.Metabric, 1378, 1105, 273, 0, "cIndex")]
    public async Task Simulate_finds_exactly_the_common_patients_and_reports(SyntheticTwin twin, int common, int train, int test, int unused, string metric)
    {
        using var folder = new TemporaryDirectory();
        SyntheticSummary made = await SyntheticCohort.WriteTwinAsync(folder["study"], twin, cancellationToken: TestContext.Current.CancellationToken);
        if (!LongTests.Wanted)
        {
            JsonNode study = JsonNode.Parse(File.ReadAllText(folder["study", "study.json"]))!;
            study["training"]!["epochs"] = 2;
            File.WriteAllText(folder["study", "study.json"], study.ToJsonString());
        }

        using MarkedProcess vfl = await MarkedProcess.RunAsync("simulate", folder["study"], "--out", folder["out"]);

        Assert.True(vfl.ExitCode == 0, vfl.Error);
        Assert.DoesNotContain(vfl.ErrorLines, l => l.StartsWith("vfl: ", StringComparison.Ordinal));
        using JsonDocument report = ReportFile.Read(folder["out"]);
        JsonElement alignment = report.RootElement.GetProperty("alignment"), cohort = report.RootElement.GetProperty("cohort");
        Assert.Equal(common, alignment.GetProperty("intersection").GetInt32());
        Assert.Equal(made.Rows, alignment.GetProperty("sizes").EnumerateObject().ToDictionary(s => s.Name, s => s.Value.GetInt32()));
        Assert.Equal(train, cohort.GetProperty("train").GetInt32() + cohort.GetProperty("validation").GetInt32());
        Assert.Equal(test, cohort.GetProperty("test").GetInt32());
        Assert.Equal(unused, cohort.GetProperty("unused").GetInt32());
        ReportFile.AssertFields(report.RootElement, metric);
        Assert.Contains("</html>", File.ReadAllText(folder["out", "report.html"]), StringComparison.Ordinal);
        Assert.Equal(["report.html", "report.json"], Directory.GetFileSystemEntries(folder["out"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        vfl.AssertNothingLeft();
    }

    [Fact]
    public async Task Simulate_with_json_prints_the_report_and_nothing_else()
    {
        using SmallStudy study = new SmallStudy().Write();

        using MarkedProcess vfl = await MarkedProcess.RunAsync("simulate", study.Folder, "--out", study.Out, "--json", "--seed", "11");

        Assert.True(vfl.ExitCode == 0, vfl.Error);
        using JsonDocument printed = JsonDocument.Parse(vfl.Output), written = ReportFile.Read(study.Out);
        Assert.Equal(11, printed.RootElement.GetProperty("seed").GetInt32());
        Assert.Equal(written.RootElement.GetProperty("model").GetProperty("sha256").GetString(), printed.RootElement.GetProperty("model").GetProperty("sha256").GetString());
        ReportFile.AssertFields(printed.RootElement, "auc");
    }

    [Fact]
    public async Task Simulate_without_out_writes_beside_the_caller()
    {
        using SmallStudy study = new SmallStudy().Write();

        using MarkedProcess vfl = MarkedProcess.StartIn(study.Directory, "simulate", "study");
        await vfl.WaitAsync();

        Assert.True(vfl.ExitCode == 0, vfl.Error);
        Assert.True(File.Exists(Path.Combine(study.Directory, "study-report", "report.json")));
    }
}
