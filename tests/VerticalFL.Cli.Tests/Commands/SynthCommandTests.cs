using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Cli.Tests.Commands;

public sealed class SynthCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Synth_writes_a_study_and_three_files_and_says_what_is_in_them()
    {
        Vfl run = await Vfl.RunAsync("synth", "--out", _directory["c"], "--patients", "200", "--features", "3", "--overlap", "0.5", "--json");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Equal(100, run.Json.GetProperty("intersection").GetInt32());
        Assert.Equal(70, run.Json.GetProperty("train").GetInt32());
        Assert.Equal(150, run.Json.GetProperty("rows").GetProperty("hospital").GetInt32());
        Assert.Equal(
            ["hospital.csv", "lab.csv", "pharmacy.csv", "study.json"],
            Directory.GetFiles(_directory["c"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Synth_into_a_folder_that_is_not_empty_needs_force()
    {
        string[] command = ["synth", "--out", _directory["c"], "--patients", "100", "--features", "1"];
        Assert.Equal(ExitCodes.Ok, (await Vfl.RunAsync(command)).ExitCode);
        string before = await File.ReadAllTextAsync(_directory["c", "lab.csv"], TestContext.Current.CancellationToken);

        Vfl refused = await Vfl.RunAsync([.. command, "--seed", "8"]);
        string kept = await File.ReadAllTextAsync(_directory["c", "lab.csv"], TestContext.Current.CancellationToken);
        Vfl forced = await Vfl.RunAsync([.. command, "--seed", "8", "--force"]);

        Assert.Equal(ExitCodes.OutputExists, refused.ExitCode);
        Assert.Equal(before, kept);
        Assert.Equal(ExitCodes.Ok, forced.ExitCode);
        Assert.NotEqual(before, await File.ReadAllTextAsync(_directory["c", "lab.csv"], TestContext.Current.CancellationToken));
        Assert.Contains("All three know 80", forced.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--patients", "99")]
    [InlineData("--features", "0")]
    [InlineData("--overlap", "2")]
    [InlineData("--seed", "-1")]
    [InlineData("--seed", "x")]
    public async Task Synth_with_an_option_out_of_range_is_misuse_and_writes_nothing(string option, string value)
    {
        Vfl run = await Vfl.RunAsync("synth", "--out", _directory["c"], option, value);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["c"]));
    }
}
