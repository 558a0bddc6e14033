using System.Text.Json;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>What lies in samples/ works as it lies there.</summary>
public sealed class SampleTests
{
    public static TheoryData<string> Programs => [.. Directory.GetFiles(RepositoryFiles.PathTo("samples"), "*.cs").Select(p => Path.GetFileName(p))];

    public static TheoryData<string> Studies => [.. Directory.GetDirectories(RepositoryFiles.PathTo("samples", "studies")).Select(p => Path.GetFileName(p))];

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_program_runs_from_its_single_file(string name)
    {
        using var shell = new Shell();

        ShellResult run = await shell.RunAsync($"dotnet run -c Release samples/{name}", RepositoryFiles.Root, TestContext.Current.CancellationToken);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Contains("AUC", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Studies))]
    public void A_study_expands_and_names_the_schema(string name)
    {
        string path = RepositoryFiles.PathTo("samples", "studies", name, "study.json");

        StudyDocument document = StudyDocument.Load(path);

        Assert.Equal(name, document.Study.Name);
        using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
        string schema = json.RootElement.GetProperty("$schema").GetString()!;
        Assert.Equal(RepositoryFiles.PathTo("protocols", "study.schema.json"), Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, schema)));
        Assert.Contains($"({name}/study.json)", File.ReadAllText(RepositoryFiles.PathTo("samples", "studies", "README.md")), StringComparison.Ordinal);
    }
}
