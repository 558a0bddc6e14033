using System.Diagnostics;
using System.Text.Json.Nodes;
using VerticalFL.Simulation;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>
/// How long a run on real data stands still once the cause of a failure is gone: from the line being up again, or the killed process answering, to the
/// next training steps (as seen on the wire: both feature parties' activations of a batch, twice). <c>VFL_LONG=1</c> runs it, <c>-diagnostics</c> shows
/// the figures; the limits are for a machine that does nothing else.
/// </summary>
public sealed class RecoveryTimeTests
{
    private const int Rounds = 5;
    private const int TwoSteps = 256 * 1024;
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Line_that_is_back_costs_at_most_two_seconds()
    {
        await using var run = await TrainingAsync();
        foreach (int milliseconds in (int[])[0, 200, 1000, 3000, 10_000])
        {
            var times = new List<double>();
            for (int round = 0; round < Rounds; round++)
            {
                run.Starter.SetLine(up: false);
                await Task.Delay(milliseconds, TestContext.Current.CancellationToken);
                run.Starter.SetLine(up: true);
                times.Add(await run.NextStepAsync());
            }

            Judge($"line down for {milliseconds} ms", times, 2);
        }
    }

    [Fact]
    public async Task Killed_process_that_is_up_again_costs_at_most_five_seconds()
    {
        await using var run = await TrainingAsync();
        foreach (string service in (string[])["lab/", "hospital/", "pharmacy/", "coordinator/"])
        {
            var times = new List<double>();
            for (int round = 0; round < Rounds; round++)
            {
                MarkedProcess.Signal(run.Starter.Processes(service).Single(), PosixSignalNumber.Kill);
                await UntilAsync(() => !run.Starter.Answers(service), "the process to be gone");
                await UntilAsync(() => run.Starter.Answers(service), "the process to be up again");
                times.Add(await run.NextStepAsync());
            }

            Judge($"{service.TrimEnd('/')} killed", times, 5);
        }
    }

    private static void Judge(string what, List<double> seconds, double limit)
    {
        seconds.Sort();
        string text = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{what}: median {seconds[seconds.Count / 2]:0.00} s, at most {seconds[^1]:0.00} s of {seconds.Count}");
        TestContext.Current.SendDiagnosticMessage(text);
        Assert.True(seconds[^1] <= limit, text);
    }

    private static async Task UntilAsync(Func<bool> isSo, string what)
    {
        for (long began = Stopwatch.GetTimestamp(); !isSo(); await Task.Delay(2))
        {
            Assert.True(Stopwatch.GetElapsedTime(began) < Stuck, $"waited in vain for {what}");
        }
    }

    private static async Task<Training> TrainingAsync()
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("Times of recovery are measured when VFL_LONG=1 is set.");
        }

        TemporaryDirectory folder = PublicData.Copy("support2", study =>
        {
            study["training"]!["epochs"] = 100_000;
            study["training"]!["earlyStopping"]!["patience"] = 100_000;
        });
        var starter = new FaultyStarter(_ => { });
        var run = new Training(
            folder, starter, await Consortium.SimulateAsync(StudyFolder.Load(folder["study"]), starter, null, TestContext.Current.CancellationToken));

        // The alignment carries less than the training does in its first steps.
        await UntilAsync(() => starter.Carried > 20_000_000, "the training to begin");
        return run;
    }

    private sealed class Training(TemporaryDirectory folder, FaultyStarter starter, Consortium consortium) : IAsyncDisposable
    {
        public FaultyStarter Starter => starter;

        public async Task<double> NextStepAsync()
        {
            long began = Stopwatch.GetTimestamp();
            long before = starter.Carried;
            await UntilAsync(() => starter.Carried >= before + TwoSteps, "the next training step");
            double seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;

            // The next fault meets a run that has written a checkpoint.
            await Task.Delay(TimeSpan.FromSeconds(1));
            return seconds;
        }

        public async ValueTask DisposeAsync()
        {
            await consortium.DisposeAsync();
            folder.Dispose();
        }
    }
}
