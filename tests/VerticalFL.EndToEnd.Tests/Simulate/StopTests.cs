using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>Signals and deaths at several moments: a documented exit code, one sentence, and nothing left.</summary>
public sealed class StopTests
{
    // Generous, because a busy machine is slow; the sentence that is asserted says that the end was orderly and not by a time limit.
    private static readonly TimeSpan FewSeconds = TimeSpan.FromSeconds(60);

    [Theory]
    [InlineData(Moment.Starting, PosixSignalNumber.Interrupt, false)]
    [InlineData(Moment.Starting, PosixSignalNumber.Interrupt, true)]
    [InlineData(Moment.Aligning, PosixSignalNumber.Interrupt, true)]
    [InlineData(Moment.Training, PosixSignalNumber.Interrupt, false)]
    [InlineData(Moment.Training, PosixSignalNumber.Interrupt, true)]
    [InlineData(Moment.Training, PosixSignalNumber.Terminate, false)]
    [InlineData(Moment.Aligning, PosixSignalNumber.Terminate, true)]
    public async Task Simulate_that_is_stopped_says_so_and_leaves_nothing(Moment moment, PosixSignalNumber signal, bool group)
    {
        using SmallStudy study = Long(moment == Moment.Aligning ? 3000 : 200);
        using MarkedProcess vfl = await StartUntilAsync(study, moment);

        if (group)
        {
            vfl.SignalGroup(signal);
        }
        else
        {
            vfl.Signal(signal);
        }

        await vfl.WaitAsync(FewSeconds);
        Assert.True(vfl.ExitCode == 130, $"exit code {vfl.ExitCode}: {vfl.Error}");
        AssertOneSentence(vfl, "Stopped");
        Assert.False(Path.Exists(study.Out));
        vfl.AssertNothingLeft();
    }

    [Fact]
    public async Task Second_interrupt_ends_at_once_and_leaves_no_process()
    {
        using SmallStudy study = Long();
        using MarkedProcess vfl = await StartUntilAsync(study, Moment.Training);

        // The group's first signal makes the children's ends visible; until they have ended the second one counts.
        vfl.Signal(PosixSignalNumber.Interrupt);
        vfl.Signal(PosixSignalNumber.Interrupt);

        await vfl.WaitAsync(FewSeconds);
        Assert.Equal(130, vfl.ExitCode);
        await vfl.UntilNoProcessAsync(FewSeconds);
        Assert.False(Path.Exists(study.Out));
    }

    [Theory]
    [InlineData(Moment.Starting)]
    [InlineData(Moment.Training)]
    public async Task Killed_parent_takes_its_children_along(Moment moment)
    {
        using SmallStudy study = Long(moment == Moment.Aligning ? 3000 : 200);
        using MarkedProcess vfl = await StartUntilAsync(study, moment);

        vfl.Signal(PosixSignalNumber.Kill);

        await vfl.WaitAsync(FewSeconds);
        await vfl.UntilNoProcessAsync(FewSeconds);
        Assert.False(Path.Exists(study.Out));
    }

    [Fact]
    public async Task Simulate_after_a_killed_one_removes_what_that_left()
    {
        using SmallStudy study = Long();
        using MarkedProcess killed = await StartUntilAsync(study, Moment.Training);
        killed.Signal(PosixSignalNumber.Kill);
        await killed.WaitAsync(FewSeconds);
        await killed.UntilNoProcessAsync(FewSeconds);
        Assert.NotEmpty(killed.Leftovers);

        using SmallStudy other = new SmallStudy().Write();
        using MarkedProcess next = await MarkedProcess.RunWithAsync(killed, "simulate", other.Folder, "--out", other.Out);

        Assert.True(next.ExitCode == 0, next.Error);
        Assert.Empty(killed.Leftovers);
    }

    [Fact]
    public async Task Simulate_whose_service_dies_again_and_again_names_it_and_leaves_nothing()
    {
        using SmallStudy study = Long();
        using MarkedProcess vfl = await StartUntilAsync(study, Moment.Training);

        for (int killed = 0; !vfl.HasExited;)
        {
            if (vfl.ChildrenWith("lab/") is [int lab, ..])
            {
                MarkedProcess.Signal(lab, PosixSignalNumber.Kill);
                Assert.True(++killed < 1000, vfl.Error);
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }

        await vfl.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.True(vfl.ExitCode == 71, $"exit code {vfl.ExitCode}: {vfl.Error}");
        AssertOneSentence(vfl, "lab");
        Assert.Contains("started again 5 times within a minute", vfl.ErrorLines[^1], StringComparison.Ordinal);
        Assert.False(Path.Exists(study.Out));
        vfl.AssertNothingLeft();
    }

    /// <summary>A study that trains for minutes unless it is stopped.</summary>
    private static SmallStudy Long(int patients = 200)
    {
        var study = new SmallStudy(patients: patients);
        study.Json["training"]!["epochs"] = 100_000;
        study.Json["training"]!["earlyStopping"] = new System.Text.Json.Nodes.JsonObject { ["patience"] = 100_000 };
        return study.Write();
    }

    private static async Task<MarkedProcess> StartUntilAsync(SmallStudy study, Moment moment)
    {
        MarkedProcess vfl = MarkedProcess.Start("simulate", study.Folder, "--out", study.Out);
        try
        {
            await (moment switch
            {
                Moment.Starting => vfl.UntilProcessesAsync(3),
                Moment.Aligning => vfl.UntilErrorHasAsync("aligning"),
                _ => vfl.UntilErrorHasAsync("training"),
            });
            return vfl;
        }
        catch
        {
            vfl.Dispose();
            throw;
        }
    }

    private static void AssertOneSentence(MarkedProcess vfl, string text)
    {
        Assert.StartsWith("vfl: ", vfl.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Contains(text, vfl.ErrorLines[^1], StringComparison.Ordinal);
        Assert.Single(vfl.ErrorLines, l => l.StartsWith("vfl: ", StringComparison.Ordinal));
        Assert.Equal("", vfl.Output);
    }
}

/// <summary>When something happens to a simulation.</summary>
public enum Moment
{
    /// <summary>The coordinator and an agent have been started.</summary>
    Starting,

    /// <summary>The parties look for their common patients.</summary>
    Aligning,

    /// <summary>The parties train.</summary>
    Training,
}
