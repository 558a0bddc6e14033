using System.Text.Json;
using Xunit;

namespace VerticalFL.Cli.Tests.Commands;

public sealed class BenchPsiCommandTests
{
    [Theory]
    [InlineData("vole", "2")]
    [InlineData("vole", "3", "--tls")]
    [InlineData("ecdh", "2", "--protocol", "ecdh")]
    public async Task Psi_ends_with_one_line_of_json(string protocol, string parties, params string[] more)
    {
        Vfl run = await Vfl.RunAsync(["bench", "psi", "--parties", parties, "--size", "50", "--repeat", "2", .. more]);

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        JsonElement line = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(protocol, line.GetProperty("protocol").GetString());
        Assert.Equal(int.Parse(parties, System.Globalization.CultureInfo.InvariantCulture), line.GetProperty("parties").GetInt32());
        Assert.Equal(50, line.GetProperty("size").GetInt32());
        Assert.Equal(25, line.GetProperty("intersection").GetInt32());
        Assert.Equal(2, line.GetProperty("runs").GetArrayLength());
        
        // What vole sends whatever the size, 1.5 MB, falls on 50 items here.
        (int least, int most) = protocol == "ecdh" ? (70, 200) : (25_000, 35_000);
        Assert.InRange(line.GetProperty("bytesPerItem").GetDouble(), least, most);
        foreach (string name in (string[])["seconds", "cpuSeconds", "peakRssMiB"])
        {
            Assert.True(line.GetProperty(name).GetDouble() > 0, name);
        }
    }

    [Fact]
    public async Task Psi_tells_every_party_s_stages_in_their_order_when_asked()
    {
        Vfl run = await Vfl.RunAsync("bench", "psi", "--parties", "3", "--size", "50", "--repeat", "1", "--protocol", "vole", "--stages");

        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        JsonElement line = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement;
        ILookup<string, string> stages = line.GetProperty("stages").EnumerateArray()
            .ToLookup(s => s.GetProperty("party").GetString()!, s => s.GetProperty("stage").GetString()!);
        string[] leader = ["identifiers", "hello", "oprf", "transfer", "announcement", "order", "rowCheck"];
        string[] follower = ["identifiers", "hello", "oprf", "ownValues", "transfer", "announcement", "order", "rowCheck"];
        Assert.Equal(["hospital", "lab-1", "lab-2"], stages.Select(s => s.Key));
        Assert.Equal(leader, stages["hospital"]);
        Assert.Equal(follower, stages["lab-1"]);
        Assert.Equal(follower, stages["lab-2"]);
        Assert.Contains("lab-2        rowCheck", run.Output, StringComparison.Ordinal);
        Assert.All(line.GetProperty("stages").EnumerateArray(), s => Assert.True(s.GetProperty("seconds").GetDouble() >= 0));
    }

    [Fact]
    public async Task Psi_with_processes_tells_each_party_s_memory_and_processor_time()
    {
        Vfl run = await Vfl.RunAsync("bench", "psi", "--parties", "3", "--size", "50", "--repeat", "1", "--tls", "--processes");

        Assert.Equal("", run.Error);
        JsonElement line = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement;
        JsonElement[] processes = [.. line.GetProperty("processes").EnumerateArray()];
        Assert.Equal(["hospital", "lab-1", "lab-2"], processes.Select(p => p.GetProperty("party").GetString()));
        Assert.All(processes, p => Assert.True(p.GetProperty("peakRssMiB").GetInt32() > 0 && p.GetProperty("cpuSeconds").GetDouble() > 0));
        Assert.Equal(line.GetProperty("peakRssMiB").GetInt32(), processes.Max(p => p.GetProperty("peakRssMiB").GetInt32()));
        Assert.Equal(1, line.GetProperty("runs").GetArrayLength());
        Assert.InRange(line.GetProperty("bytesPerItem").GetDouble(), 25_000, 35_000);
        Assert.Contains("lab-2 ", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--parties", "1")]
    [InlineData("--size", "1")]
    [InlineData("--protocol", "plain")]
    [InlineData("--threads", "-1")]
    [InlineData("--repeat", "101")]
    public async Task Psi_with_an_option_out_of_range_is_misuse(string option, string value)
    {
        Vfl run = await Vfl.RunAsync("bench", "psi", option, value);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }
}
