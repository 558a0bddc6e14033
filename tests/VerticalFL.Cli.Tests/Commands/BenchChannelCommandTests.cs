using System.Text.Json;
using Xunit;

namespace VerticalFL.Cli.Tests.Commands;

public sealed class BenchChannelCommandTests
{
    [Fact]
    public async Task A_small_measurement_ends_with_one_line_of_json()
    {
        Vfl run = await Vfl.RunAsync("bench", "channel", "--megabytes", "2", "--trips", "5", "--rounds", "1");

        Assert.Equal("", run.Error);
        Assert.Equal(ExitCodes.Ok, run.ExitCode);
        JsonElement result = JsonDocument.Parse(run.Output.TrimEnd().Split('\n')[^1]).RootElement;
        string[] positive = ["gbPerSecondTls", "sslStreamGbPerSecond", "roundTripMicroseconds64KiB", "sslStreamRoundTripMicroseconds64KiB"];
        Assert.All(positive, name => Assert.True(result.GetProperty(name).GetDouble() > 0, name));
        Assert.True(result.GetProperty("relayOverheadPercent").GetDouble() <= 100);
    }

    [Theory]
    [InlineData("--megabytes")]
    [InlineData("--trips")]
    [InlineData("--rounds")]
    public async Task What_cannot_be_measured_is_refused(string option)
    {
        Vfl run = await Vfl.RunAsync("bench", "channel", option, "0");

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }
}
