using System.CommandLine;
using System.Globalization;
using VerticalFL.Cli.Benchmarks;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl bench channel</c></summary>
internal static class BenchChannelCommand
{
    public static Command Create()
    {
        var standard = new ChannelBenchmarkOptions();
        var megabytes = new Option<int>("--megabytes")
        {
            Description = "How much each measurement of throughput sends, in MiB.", HelpName = "n", DefaultValueFactory = _ => standard.Megabytes,
        };
        var trips = new Option<int>("--trips")
        {
            Description = "How many round trips each measurement makes.", HelpName = "n", DefaultValueFactory = _ => standard.Trips,
        };
        var rounds = new Option<int>("--rounds")
        {
            Description = "Measurements of each kind, of which the median counts.", HelpName = "n", DefaultValueFactory = _ => standard.Rounds,
        };

        return new Verb(
            "channel",
            "Throughput and round trip of a channel: plain, TLS, and through a relay in a process of its own, beside .NET's bare SslStream.",
            "vfl bench channel --megabytes 256 --rounds 5")
        {
            megabytes, trips, rounds,
        }.Run(async (context, stop) =>
        {
            var options = new ChannelBenchmarkOptions { Megabytes = context.Get(megabytes), Trips = context.Get(trips), Rounds = context.Get(rounds) };
            if (options.Problem is string problem)
            {
                throw new VerbException(ExitCodes.Usage, $"--{problem}.");
            }

            ChannelBenchmarkResult result = await ChannelBenchmark.RunAsync(options, stop);
            context.Result(result, () => [.. Table(result), "", JsonText.Of(result)]);
        });
    }

    private static IEnumerable<string> Table(ChannelBenchmarkResult result)
    {
        yield return $"{"",-24}{"1 MiB messages",18}{"64 KiB there and back",26}";
        yield return Row("SslStream, bare", result.SslStreamGbPerSecond, result.SslStreamRoundTripMicroseconds64KiB);
        yield return Row("channel, TCP", result.GbPerSecondPlain, result.RoundTripMicroseconds64KiBPlain);
        yield return Row("channel, TLS", result.GbPerSecondTls, result.RoundTripMicroseconds64KiB);
        yield return Row("channel, TLS, relay", result.GbPerSecondRelay, result.RoundTripMicroseconds64KiBRelay);
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"TLS has {Text(result.ThroughputRatio, "0.00")} of the bare throughput and {Text(result.RoundTripRatio, "0.00")} times its round trip, for {result.CpuSecondsPerGbTls / result.SslStreamCpuSecondsPerGb:0.00} times its processor time; the relay costs {Text(result.RelayOverhead, "0")} % and its memory peaked at {result.RelayPeakMiB:0} MiB.");
    }

    private static string Text(Spread spread, string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"{spread.Median.ToString(format, CultureInfo.InvariantCulture)} ({spread.Lowest.ToString(format, CultureInfo.InvariantCulture)} to {spread.Highest.ToString(format, CultureInfo.InvariantCulture)})");

    private static string Row(string name, double gbPerSecond, double microseconds) =>
        string.Create(CultureInfo.InvariantCulture, $"{name,-24}{gbPerSecond,13:0.000} GB/s{microseconds,23:0} us");
}
