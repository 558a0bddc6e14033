using System.Text.Json;
using Xunit;

namespace VerticalFL.Cli.Tests.Commands;

public sealed class BenchTrainCommandTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Train_ends_with_one_line_of_json(int parties)
    {
        Vfl run = await Vfl.RunAsync(
            "bench", "train", "--parties", $"{parties}", "--features", "7", "--hidden", "5", "--cut", "4", "--batch", "8", "--steps", "20", "--repeat", "2");

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        JsonElement line = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement;
        Assert.Equal(parties, line.GetProperty("parties").GetInt32());
        Assert.Equal(7, line.GetProperty("features").GetInt32());
        Assert.Equal(2, line.GetProperty("runs").GetArrayLength());
        foreach (string name in (string[])["samplesPerSecond", "stepMilliseconds", "cpuMilliseconds", "bottomMilliseconds"])
        {
            Assert.True(line.GetProperty(name).GetDouble() > 0, name);
        }

        Assert.InRange(line.GetProperty("maskSharePercent").GetDouble(), double.Epsilon, 100);
    }

    [Fact]
    public async Task Bytes_of_a_sample_are_those_of_its_activations_and_gradients_and_little_else()
    {
        Vfl run = await Vfl.RunAsync(
            "bench", "train", "--parties", "3", "--features", "3", "--hidden", "2", "--cut", "64", "--batch", "128", "--steps", "32", "--repeat", "1", "--json");

        // Two feature parties send 64 numbers of 4 bytes a row, and receive as many.
        Assert.InRange(run.Json.GetProperty("bytesPerSample").GetDouble(), 4 * 64 * 4, 4 * 64 * 4 * 1.01);
    }

    [Theory]
    [InlineData("--parties", "2")]
    [InlineData("--features", "0")]
    [InlineData("--hidden", "0")]
    [InlineData("--cut", "0")]
    [InlineData("--batch", "0")]
    [InlineData("--steps", "0")]
    [InlineData("--repeat", "0")]
    [InlineData("--threads", "-1")]
    public async Task What_cannot_be_measured_is_refused(string option, string value)
    {
        Vfl run = await Vfl.RunAsync("bench", "train", option, value);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }
}
