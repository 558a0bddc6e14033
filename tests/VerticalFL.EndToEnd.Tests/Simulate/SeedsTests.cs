using System.Text.Json;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>A study under several seeds, by real processes.</summary>
public sealed class SeedsTests
{
    [Fact]
    public async Task Simulate_with_seeds_writes_a_report_for_each_and_what_they_have_in_common()
    {
        using SmallStudy study = new SmallStudy().Write();

        using MarkedProcess vfl = await MarkedProcess.RunAsync("simulate", study.Folder, "--out", study.Out, "--seed", "5", "--seeds", "2", "--json");

        Assert.True(vfl.ExitCode == 0, vfl.Error);
        using JsonDocument all = JsonDocument.Parse(vfl.Output);
        double[] aucs = [.. new[] { "seed-5", "seed-6" }.Select(s =>
        {
            using JsonDocument report = ReportFile.Read(Path.Combine(study.Out, s));
            return report.RootElement.GetProperty("metrics").GetProperty("test").GetProperty("auc").GetDouble();
        })];
        Assert.Equal(aucs, all.RootElement.GetProperty("test").GetProperty("auc").GetProperty("values").EnumerateArray().Select(v => v.GetDouble()));
        Assert.Equal(aucs.Average(), all.RootElement.GetProperty("test").GetProperty("auc").GetProperty("mean").GetDouble(), 1e-12);
        Assert.Equal(vfl.Output.Trim(), File.ReadAllText(Path.Combine(study.Out, "seeds.json")).Trim());
        vfl.AssertNothingLeft();
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    public async Task Simulate_with_a_number_of_seeds_that_is_none_is_refused(string seeds)
    {
        using SmallStudy study = new SmallStudy().Write();

        using MarkedProcess vfl = await MarkedProcess.RunAsync("simulate", study.Folder, "--out", study.Out, "--seeds", seeds);

        Assert.NotEqual(0, vfl.ExitCode);
        Assert.Contains("--seeds is 1 to 100.", vfl.Error, StringComparison.Ordinal);
    }
}
