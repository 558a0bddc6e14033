using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Split;
using VerticalFL.Training.Tests.Split;
using Xunit;

namespace VerticalFL.Training.Tests.SlowNetwork;

/// <summary>
/// Training over a network of 50 ms there and back and 100 Mbit/s for each host, up and down. <c>VFL_LONG=1</c> measures what the pipeline is worth:
/// <c>VFL_LONG=1 dotnet VerticalFL.Training.Tests.dll -class "*SlowNetworkTests" -showliveoutput</c>.
/// </summary>
public sealed class SlowNetworkTests(ITestOutputHelper output)
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("VFL_LONG") == "1";
    private static readonly bool ByKernel = Environment.GetEnvironmentVariable("VFL_SHAPED_BY_KERNEL") == "1";
    private static readonly TrainingSwitches Lockstep = new() { Microbatches = 1 };

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task A_slow_network_changes_no_bit(int staleness)
    {
        var consortium = new SlowConsortium(columns: 8, hidden: 16, steps: 10, epochs: 1);

        using ShapedNetwork network = Network();
        SlowTraining slow = await consortium.TrainAsync(network, With(staleness), TrainingSwitches.Default, TestContext.Current.CancellationToken);

        SplitTrainingTests.Same(consortium.Central(With(staleness)), slow.Outcome);
    }

    [Fact]
    public async Task The_kernels_own_delay_and_rate_show_the_same()
    {
        Assert.SkipUnless(Long, "A minute of waiting for a slow network; set VFL_LONG=1.");
        Assert.SkipWhen(ByKernel, "This is the inner run.");
        const string Shape = "ip link set lo up && tc qdisc add dev lo root netem delay 25ms rate 100mbit";
        (int code, string problem) = await RunAsync("unshare", "--net", "sh", "-c", Shape);
        Assert.SkipUnless(code == 0, $"Network namespaces with tc netem are not to be had here: {problem.Trim()}");

        // One loopback for all hosts: they share 100 Mbit/s, so that this network is the slower one.
        string self = Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal)
            ? $"'{Environment.ProcessPath}' '{typeof(SlowNetworkTests).Assembly.Location}'" : $"'{Environment.ProcessPath}'";
        (code, string said) = await RunAsync(
            "unshare", "--net", "sh", "-c", $"{Shape} && VFL_SHAPED_BY_KERNEL=1 exec {self} -method '*The_pipeline_hides_the_network' -showliveoutput");
        output.WriteLine(said);
        Assert.Equal(0, code);
    }

    [Theory]
    [InlineData(50, 64)]
    [InlineData(1000, 256)]
    public async Task The_pipeline_hides_the_network(int columns, int hidden)
    {
        Assert.SkipUnless(Long, "A minute of waiting for a slow network, and the ratios want a quiet machine; set VFL_LONG=1.");
        var consortium = new SlowConsortium(columns, hidden, steps: 60, epochs: 4);
        output.WriteLine($"3 parties x {columns} columns, hidden {hidden}, cut 64, batch 256; 50 ms there and back, 100 Mbit/s for each host");

        SlowTraining lockstep = await MeasureAsync("lockstep", With(0), Lockstep, null);
        SlowTraining fresh = await MeasureAsync("microbatches, staleness 0", With(0), TrainingSwitches.Default, lockstep);
        SlowTraining stale = await MeasureAsync("staleness 8", With(8), TrainingSwitches.Default, lockstep);
        await MeasureAsync("staleness 0, u16.8, float16", With(0, coarse: true), TrainingSwitches.Default, lockstep);
        SlowTraining coarse = await MeasureAsync("staleness 8, u16.8, float16", With(8, coarse: true), TrainingSwitches.Default, lockstep);

        SplitTrainingTests.Same(lockstep.Outcome, fresh.Outcome);
        Assert.True(fresh.RowsPerSecond >= 1.05 * lockstep.RowsPerSecond, "microbatches at staleness 0 are below 1.05 x lockstep");
        Assert.True(stale.RowsPerSecond >= 5 * lockstep.RowsPerSecond, "staleness 8 is below 5 x lockstep");
        Assert.True(coarse.RowsPerSecond >= stale.RowsPerSecond, "half the bytes are slower");

        async Task<SlowTraining> MeasureAsync(string name, Func<Study, Study> change, TrainingSwitches switches, SlowTraining? reference)
        {
            using ShapedNetwork network = Network();
            SlowTraining run = await consortium.TrainAsync(network, change, switches, TestContext.Current.CancellationToken);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name,-28} {run.RowsPerSecond,8:0} rows/s  {run.RowsPerSecond / (reference ?? run).RowsPerSecond,5:0.00} x  {run.BytesSent / 1e6,6:0.0} MB"));
            return run;
        }
    }

    [Theory]
    [InlineData(50, 64, false)]
    [InlineData(1000, 256, false)]
    [InlineData(50, 64, true)]
    [InlineData(1000, 256, true)]
    public async Task What_microbatches_are_worth(int columns, int hidden, bool slow)
    {
        Assert.SkipUnless(Long, "Minutes of waiting for a slow network, and the ratios want a quiet machine; set VFL_LONG=1.");
        int rounds = slow ? 3 : 5;
        var consortium = new SlowConsortium(columns, hidden, steps: 60, epochs: slow ? 3 : 5);
        var rates = new Dictionary<int, List<double>> { [1] = [], [4] = [], [8] = [], [16] = [] };
        for (int round = 0; round < rounds; round++)
        {
            foreach ((int microbatches, List<double> measured) in rates)
            {
                using ShapedNetwork network = slow ? Network() : FastNetwork();
                var switches = new TrainingSwitches { Microbatches = microbatches };
                measured.Add((await consortium.TrainAsync(network, With(0), switches, TestContext.Current.CancellationToken)).RowsPerSecond);
            }
        }

        double whole = rates[1].Order().ElementAt(rounds / 2);
        foreach ((int microbatches, List<double> measured) in rates)
        {
            double median = measured.Order().ElementAt(rounds / 2);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{columns} columns, {(slow ? "slow" : "fast")}, {microbatches} microbatches: {median:0} rows/s, {median / whole:0.000} x"));
        }
    }

    private static ShapedNetwork Network() => ByKernel ? FastNetwork() : new(100e6, TimeSpan.FromMilliseconds(25));

    private static ShapedNetwork FastNetwork() => new(1e12, TimeSpan.Zero);

    private static async Task<(int Code, string Said)> RunAsync(string program, params string[] arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            Task<string> printed = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            Task<string> complained = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (process.ExitCode, await printed + await complained);
        }
        catch (Win32Exception e)
        {
            return (-1, e.Message);
        }
    }

    private static Func<Study, Study> With(int staleness, bool coarse = false) => s => s with
    {
        Training = s.Training with { Staleness = staleness, Gradients = coarse ? GradientFormat.Float16 : GradientFormat.Float32 },
        Privacy = s.Privacy with { Ring = coarse ? "u16.8" : "u32.20" },
    };
}
