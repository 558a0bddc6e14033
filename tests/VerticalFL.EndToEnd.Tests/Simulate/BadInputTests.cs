using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>
/// What bad input gets: one sentence that says what, where and how to mend it; a documented exit code; nothing written, nothing left running.
/// </summary>
public sealed class BadInputTests
{
    public static TheoryData<string> Names => [.. BadInput.All.Select(b => b.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Simulate_with_bad_input_says_one_sentence_and_leaves_nothing(string name)
    {
        BadInput bad = BadInput.All.Single(b => b.Name == name);
        using SmallStudy study = bad.MakeFolder();
        string[] arguments = bad.Arguments?.Invoke(study) ?? [study.Folder, "--out", study.Out];

        using MarkedProcess vfl = await MarkedProcess.RunAsync(["simulate", .. arguments]);

        string sentence = vfl.ErrorLines is [.., var last] ? last : "";
        TestContext.Current.SendDiagnosticMessage($"{name}: {vfl.ExitCode} {sentence}");
        Assert.True(bad.ExitCode == vfl.ExitCode, $"exit code {vfl.ExitCode} instead of {bad.ExitCode}: {vfl.Error}{vfl.Output}");
        Assert.StartsWith("vfl: ", sentence, StringComparison.Ordinal);
        Assert.Single(vfl.ErrorLines, l => l.StartsWith("vfl: ", StringComparison.Ordinal));
        Assert.Matches("[.?]$", sentence);
        Assert.All(bad.Names, n => Assert.Contains(n, sentence, StringComparison.Ordinal));
        Assert.DoesNotContain(SmallStudy.IdPrefix, vfl.Error, StringComparison.Ordinal);
        Assert.Equal("", vfl.Output);
        Assert.Equal(bad.OutputExists, Path.Exists(study.Out));
        vfl.AssertNothingLeft();
    }

    [Fact]
    public void Every_exit_code_that_bad_input_gets_is_documented() =>
        Assert.All(BadInput.All, b => Assert.Contains(Cli.ExitCodes.All, c => c.Code == b.ExitCode));

    [Fact]
    public async Task Error_with_json_is_one_document_on_standard_output()
    {
        using SmallStudy study = new SmallStudy().Write();
        File.Delete(Path.Combine(study.Folder, "lab.csv"));

        using MarkedProcess vfl = await MarkedProcess.RunAsync("simulate", study.Folder, "--out", study.Out, "--json");

        using var json = System.Text.Json.JsonDocument.Parse(vfl.Output);
        Assert.Equal(4, vfl.ExitCode);
        Assert.Equal(4, json.RootElement.GetProperty("exitCode").GetInt32());
        Assert.Contains("lab.csv", json.RootElement.GetProperty("error").GetString(), StringComparison.Ordinal);
        Assert.Equal("", vfl.Error);
    }

    [Fact]
    public async Task Single_feature_party_with_a_policy_that_allows_it_runs()
    {
        using var study = new SmallStudy(featureParties: ["lab"]);
        study.Others["lab.policy.json"] = """{"allowPlainActivations": true}""";
        study.Write();

        using MarkedProcess vfl = await MarkedProcess.RunAsync("simulate", study.Folder, "--out", study.Out);

        Assert.True(vfl.ExitCode == 0, vfl.Error);
        Assert.Contains("masks hide nothing", File.ReadAllText(Path.Combine(study.Out, "report.json")), StringComparison.Ordinal);
        vfl.AssertNothingLeft();
    }

    [Fact]
    public async Task Output_that_is_not_empty_with_force_keeps_the_other_files()
    {
        using SmallStudy study = new SmallStudy().Write();
        Directory.CreateDirectory(study.Out);
        File.WriteAllText(Path.Combine(study.Out, "thesis.docx"), "years of work");

        using MarkedProcess vfl = await MarkedProcess.RunAsync("simulate", study.Folder, "--out", study.Out, "--force");

        Assert.True(vfl.ExitCode == 0, vfl.Error);
        Assert.Equal(["report.html", "report.json", "thesis.docx"], Directory.GetFiles(study.Out).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        vfl.AssertNothingLeft();
    }
}
