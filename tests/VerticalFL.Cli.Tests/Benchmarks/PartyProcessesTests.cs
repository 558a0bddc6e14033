using System.Diagnostics;
using VerticalFL.Cli.Benchmarks;
using Xunit;

namespace VerticalFL.Cli.Tests.Benchmarks;

public sealed class PartyProcessesTests
{
    private static readonly AlignmentBenchmarkOptions Options = new() { Parties = 3, Size = 50, Processes = true };

    [Fact]
    public async Task Run_when_a_party_s_process_is_killed_names_the_party_and_leaves_no_process()
    {
        Process[] processes;
        VerbException refused;
        await using (var parties = new PartyProcesses(Options, null))
        {
            processes = [.. parties.Ids.Select(Process.GetProcessById)];
            processes[1].Kill();
            refused = await Assert.ThrowsAsync<VerbException>(() => parties.RunAsync(TestContext.Current.CancellationToken));
        }

        Assert.Equal(ExitCodes.RunFailed, refused.ExitCode);
        Assert.Contains("'lab-1'", refused.Message, StringComparison.Ordinal);
        Assert.All(processes, p => Assert.True(p.HasExited));
    }

    [Fact]
    public async Task Run_when_it_is_cancelled_leaves_no_process()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Process[] processes;
        await using (var parties = new PartyProcesses(Options with { Size = 1 << 20 }, null))
        {
            processes = [.. parties.Ids.Select(Process.GetProcessById)];
            Task<AlignmentRound> round = parties.RunAsync(stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => round);
        }

        Assert.All(processes, p => Assert.True(p.HasExited));
    }
}
