using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation.Synthetic;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>
/// The README's commands do what it says. Blocks marked <c>sh</c> run in order in one directory; those marked <c>sh service</c> go on in the
/// background.
/// </summary>
public sealed partial class ReadmeTests
{
    private const string DemoCommand = "dotnet run --project src/VerticalFL.Cli -c Release -- demo";
    private const string TestCommand = "dotnet test --solution VerticalFL.sln -c Release";
    private const string Service = "sh service";

    private static readonly string Text = File.ReadAllText(RepositoryFiles.PathTo("README.md"));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_command_does_what_the_page_says()
    {
        using var shell = new Shell();
        string port = FreePort().ToString(CultureInfo.InvariantCulture), written = StudyIdOnThePage(), real = await RealStudyIdAsync();
        foreach ((string kind, string block) in Blocks())
        {
            string script = block.Replace("7443", port, StringComparison.Ordinal).Replace(written, real, StringComparison.Ordinal);
            if (kind == Service)
            {
                await shell.StartServiceAsync(script, Cancelled);
                continue;
            }

            if (block.Trim() == TestCommand || AliasLine().IsMatch(block))
            {
                continue;
            }

            ShellResult run = await shell.RunAsync(script.Replace("dotnet run --project src/VerticalFL.Cli -c Release --", "vfl", StringComparison.Ordinal), Cancelled);
            Assert.True(run.ExitCode == 0, $"exit code {run.ExitCode} of\n{script}\n{run.Output}\n{run.Error}");
        }

        foreach (string folder in (string[])["verticalfl-demo", "report", "hospital-report"])
        {
            string report = Path.Combine(shell.Folder, folder);
            Assert.Contains("<!DOCTYPE html>", await File.ReadAllTextAsync(Path.Combine(report, "report.html"), Cancelled), StringComparison.Ordinal);
            using JsonDocument json = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(report, "report.json"), Cancelled));
            Assert.Equal(960, json.RootElement.GetProperty("alignment").GetProperty("intersection").GetInt32());
            Assert.InRange(json.RootElement.GetProperty("metrics").GetProperty("test").GetProperty("auc").GetDouble(), 0.8, 1);
        }
    }

    [Fact]
    public void The_first_two_commands_are_the_demo_and_the_tests()
    {
        string[] blocks = [.. Blocks().Take(2).Select(b => b.Script.Trim())];

        Assert.Equal([DemoCommand, TestCommand], blocks);
        Assert.True(File.Exists(RepositoryFiles.PathTo("src", "VerticalFL.Cli", "VerticalFL.Cli.csproj")));
        Assert.Contains(TestCommand, File.ReadAllText(RepositoryFiles.PathTo(".ci", "run")), StringComparison.Ordinal);
    }

    [Fact]
    public void The_program_lies_where_the_page_says()
    {
        string block = Blocks().Select(b => b.Script).Single(b => AliasLine().IsMatch(b));
        string path = AliasLine().Match(block).Groups[1].Value;

        Assert.Equal("src/VerticalFL.Cli/bin/Release/net10.0/vfl.dll", path);
        Assert.Contains("<AssemblyName>vfl</AssemblyName>", File.ReadAllText(RepositoryFiles.PathTo("src", "VerticalFL.Cli", "VerticalFL.Cli.csproj")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_study_on_the_page_has_the_id_on_the_page() => Assert.Equal(await RealStudyIdAsync(), StudyIdOnThePage());

    [Fact]
    public void Every_link_on_the_page_and_in_the_specifications_leads_somewhere()
    {
        string[] pages = [RepositoryFiles.PathTo("README.md"), RepositoryFiles.PathTo("samples", "studies", "README.md"), RepositoryFiles.PathTo("protocols", "exit-codes.md")];

        Assert.Empty(
            from page in pages
            from Match link in Link().Matches(File.ReadAllText(page))
            let target = link.Groups[1].Value
            where !target.StartsWith("https://", StringComparison.Ordinal)
            let path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, target))
            where !File.Exists(path) && !Directory.Exists(path)
            select $"{page}: {target}");
    }

    private static IEnumerable<(string Kind, string Script)> Blocks() =>
        from Match block in Fence().Matches(Text)
        let kind = block.Groups[1].Value
        where kind.Length > 0
        select kind is "sh" or Service ? (kind, block.Groups[2].Value) : throw new InvalidOperationException($"A block of kind '{kind}' is not run by this test.");

    private static string StudyIdOnThePage() => StudyId().Match(Text).Groups[1].Value;

    private static async Task<string> RealStudyIdAsync()
    {
        using var folder = new TemporaryDirectory();
        await SyntheticCohort.WriteAsync(folder.Path, new SyntheticOptions(), Cancelled);
        return StudyDocument.Load(folder["study.json"]).Id.Hex[..8];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^```([^\n`]*)\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^alias vfl=""dotnet \$PWD/([^""]+)""", RegexOptions.Multiline)]
    private static partial Regex AliasLine();

    [GeneratedRegex(@"--hash ([0-9a-f]{8})")]
    private static partial Regex StudyId();

    [GeneratedRegex(@"\]\(([^)#]+)\)")]
    private static partial Regex Link();
}
