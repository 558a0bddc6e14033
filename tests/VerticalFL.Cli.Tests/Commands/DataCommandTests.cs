using System.Text.Json;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Cli.Tests.Commands;

public sealed class DataCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Describe_shows_kinds_gaps_and_identifiers()
    {
        Write("mrn,sex,age,site\n7,f,50.5,1\n8,m,,1\n9,f,70,1\n");

        Vfl run = await Vfl.RunAsync("data", "describe", _directory["rows.csv"]);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        string[] lines = run.Output.Split('\n');
        Assert.Matches(@"^mrn +identifier +- +3 +- +looks like an identifier \(medical record\) by its name", lines[1]);
        Assert.Matches(@"^sex +category +- +2 +-$", lines[2].TrimEnd());
        Assert.Matches(@"^age +number +1 \(33\.3 %\) +2 +50\.5 to 70$", lines[3].TrimEnd());
        Assert.Matches(@"^site +number +- +1 +1 to 1 +constant: no feature$", lines[4].TrimEnd());
        Assert.Contains("3 rows, 4 columns: 2 numbers, 1 categories, 1 taken for identifiers or free text.", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_with_json_is_a_document_without_identifiers_values()
    {
        Write("mrn,age\n7001,50\n7002,60\n");

        Vfl run = await Vfl.RunAsync("data", "describe", _directory["rows.csv"], "--json");

        JsonElement[] columns = [.. run.Json.GetProperty("columns").EnumerateArray()];
        Assert.Equal(2, run.Json.GetProperty("rows").GetInt32());
        Assert.Equal(64, run.Json.GetProperty("sha256").GetString()!.Length);
        Assert.Equal("medicalRecord", columns[0].GetProperty("identifier").GetProperty("kind").GetString());
        Assert.Equal(60, columns[1].GetProperty("maximum").GetDouble());
        Assert.DoesNotContain("7002", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_names_slips_and_lets_no_escape_sequence_through()
    {
        Write("\u001b[31mcrp\n" + string.Concat(Enumerable.Range(0, 99).Select(i => $"{i}\n")) + "high\n");

        Vfl run = await Vfl.RunAsync("data", "describe", _directory["rows.csv"]);

        Assert.Contains("not usable", run.Output, StringComparison.Ordinal);
        Assert.Contains("line 101", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Describe_of_a_broken_or_absent_file_names_it()
    {
        Write("a,a\n1,2\n");

        Vfl broken = await Vfl.RunAsync("data", "describe", _directory["rows.csv"]);
        Vfl absent = await Vfl.RunAsync("data", "describe", _directory["none.csv"]);

        Assert.Equal(ExitCodes.DataInvalid, broken.ExitCode);
        Assert.Contains("line 1, column 'a'", broken.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.DataNotFound, absent.ExitCode);
        Assert.Contains("none.csv", absent.Error, StringComparison.Ordinal);
    }

    private void Write(string text) => File.WriteAllText(_directory["rows.csv"], text);
}
