using System.CommandLine;
using Xunit;

namespace VerticalFL.Cli.Tests;

public sealed class VflProgramTests
{
    public static TheoryData<string> Verbs => [.. Walk(VflRoot.Create(), "").Select(v => v.Path)];

    [Fact]
    public async Task Nothing_shows_the_help()
    {
        Vfl run = await Vfl.RunAsync();

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        Assert.Contains("[command] [options]", run.Output, StringComparison.Ordinal);
        Assert.Contains("exit-codes", run.Output, StringComparison.Ordinal);
        Assert.Equal(run.Output, (await Vfl.RunAsync("--help")).Output);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Help_of_every_verb_has_an_example_that_the_parser_accepts(string path)
    {
        Vfl run = await Vfl.RunAsync([.. path.Split(' '), "--help"]);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        string example = run.Output.Split("Example:")[1].Trim();
        Assert.StartsWith($"vfl {path}", example, StringComparison.Ordinal);
        Assert.Empty(VflRoot.Create().Parse(example["vfl ".Length..]).Errors);
    }

    [Fact]
    public async Task Help_as_a_word_is_the_help_of_what_follows()
    {
        Assert.Equal((await Vfl.RunAsync("--help")).Output, (await Vfl.RunAsync("help")).Output);
        Assert.Equal((await Vfl.RunAsync("study", "check", "--help")).Output, (await Vfl.RunAsync("help", "study", "check")).Output);
    }

    [Fact]
    public async Task Misspelt_verb_is_told_the_one_that_is_near()
    {
        Vfl run = await Vfl.RunAsync("simulat", "cohort");

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains("Is 'simulate' meant?", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Every_verb_takes_json(string path) =>
        Assert.Contains("--json", (await Vfl.RunAsync([.. path.Split(' '), "--help"])).Output, StringComparison.Ordinal);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("ca")]
    [InlineData("enroll")]
    [InlineData("enroll", "--party", "Lab", "--out", "x")]
    [InlineData("exit-codes", "--what")]
    public async Task Misuse_is_one_line_and_code_2(params string[] args)
    {
        Vfl run = await Vfl.RunAsync(args);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.StartsWith("vfl: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task Misuse_with_json_is_a_document()
    {
        Vfl run = await Vfl.RunAsync("enroll", "--json");

        Assert.Equal(ExitCodes.Usage, run.Json.GetProperty("exitCode").GetInt32());
        Assert.NotEmpty(run.Json.GetProperty("error").GetString()!);
        Assert.Empty(run.Error);
    }

    [Fact]
    public async Task Exit_codes_are_listed_once_each()
    {
        Vfl run = await Vfl.RunAsync("exit-codes", "--json");

        int[] codes = [.. run.Json.EnumerateArray().Select(c => c.GetProperty("code").GetInt32())];
        Assert.Equal(codes.Distinct().Order(), codes);
        IEnumerable<int> declared = typeof(ExitCodes).GetFields().Where(f => f.IsLiteral).Select(f => (int)f.GetRawConstantValue()!);
        Assert.Equal(declared.Order(), codes);
    }

    [Fact]
    public async Task Version_is_shown() =>
        Assert.Matches(@"^\d+\.\d+\.\d+", (await Vfl.RunAsync("--version")).Output);

    private static IEnumerable<(string Path, Verb Verb)> Walk(Command command, string prefix) => command.Subcommands.Where(c => !c.Hidden).SelectMany(c =>
        c is Verb verb ? [((prefix + c.Name).Trim(), verb)] : Walk(c, prefix + c.Name + " "));
}
