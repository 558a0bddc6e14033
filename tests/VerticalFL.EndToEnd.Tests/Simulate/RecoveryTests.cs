using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using VerticalFL.EndToEnd.Tests.Services;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>Processes that are killed or frozen in the middle of <c>vfl simulate</c>: the run goes on by itself, and the model is the calm run's.</summary>
public sealed partial class RecoveryTests
{
    [Fact]
    public async Task Every_kind_of_process_killed_once_in_training_changes_nothing_but_the_clock()
    {
        using SmallStudy study = Study(epochs: 500);
        string calm = await CalmAsync(study);
        using MarkedProcess vfl = MarkedProcess.Start("simulate", study.Folder, "--out", study.Out);

        int attempt = 1;
        foreach (string agent in (string[])["lab", "hospital", "pharmacy"])
        {
            await UntilTrainingAsync(vfl, attempt++);
            MarkedProcess.Signal(vfl.ChildWith(agent + "/"), PosixSignalNumber.Kill);
        }

        await UntilTrainingAsync(vfl, attempt);
        MarkedProcess.Signal(vfl.ChildWith("coordinator.json"), PosixSignalNumber.Kill);

        await EndsWithAsync(vfl, study, calm);
        foreach (string service in (string[])["agent (lab)", "agent (hospital)", "agent (pharmacy)", "coordinator (coordinator)"])
        {
            Assert.Contains($"vfl {service} was killed by signal 9. It is started again.", vfl.Error, StringComparison.Ordinal);
        }

        Assert.Contains("attempt 3 was over: the agent of 'pharmacy' was killed and started again", vfl.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_agent_s_run_goes_on_from_the_newest_checkpoint_and_not_from_the_beginning()
    {
        using SmallStudy study = Study(epochs: 500);
        study.Json["checkpoints"] = new JsonObject { ["everySteps"] = 7 };
        study.Write();
        string calm = await CalmAsync(study);
        using MarkedProcess vfl = MarkedProcess.Start("simulate", study.Folder, "--out", study.Out);

        for (long began = Environment.TickCount64; !HalfTrained().IsMatch(vfl.Error); await Task.Delay(10, TestContext.Current.CancellationToken))
        {
            Assert.True(!vfl.HasExited && Environment.TickCount64 - began < 120_000, $"never half trained: {vfl.Error}");
        }

        MarkedProcess.Signal(vfl.ChildWith("lab/"), PosixSignalNumber.Kill);

        await EndsWithAsync(vfl, study, calm);
        string report = await File.ReadAllTextAsync(Path.Combine(study.Out, "report.json"), TestContext.Current.CancellationToken);
        Assert.Matches(@"went on from step [1-9]\d* in attempt [2-9]", report);
    }

    [Fact]
    public async Task Agents_killed_in_the_training_of_folds_change_nothing_but_the_clock()
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("Two kills in a run of six trainings, and the same run undisturbed; set VFL_LONG=1.");
        }

        using SmallStudy study = Study(epochs: 150);
        study.Json["evaluation"] = new JsonObject { ["folds"] = 5 };
        study.Json["checkpoints"] = new JsonObject { ["everySteps"] = 7 };
        study.Write();
        string calm = await CalmAsync(study);
        using MarkedProcess vfl = MarkedProcess.Start("simulate", study.Folder, "--out", study.Out);

        await vfl.UntilErrorHasAsync("fold 3 of 5");
        MarkedProcess.Signal(vfl.ChildWith("lab/"), PosixSignalNumber.Kill);
        await vfl.UntilErrorHasAsync("fold 4 of 5");
        MarkedProcess.Signal(vfl.ChildWith("hospital/"), PosixSignalNumber.Kill);

        await EndsWithAsync(vfl, study, calm);
        Assert.Equal(await FoldsAsync(study.Out + "-calm"), await FoldsAsync(study.Out));

        static async Task<string> FoldsAsync(string folder)
        {
            JsonNode folds = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "report.json"), TestContext.Current.CancellationToken))!["crossValidation"]!;
            return folds["folds"]!.ToJsonString() + folds["pooled"]!.ToJsonString();
        }
    }

    [Fact]
    public async Task Party_killed_when_the_others_have_finished_costs_them_the_ending_and_not_the_training()
    {
        using SmallStudy study = Study(epochs: 30);

        // The label party's report takes long enough to be caught in it; the others say their last word meanwhile, and wait for its.
        study.Json["evaluation"] = new JsonObject { ["bootstrap"] = 10_000 };
        study.Write();
        string calm = await CalmAsync(study);
        using MarkedProcess vfl = MarkedProcess.Start("simulate", study.Folder, "--out", study.Out);
        await vfl.UntilErrorHasAsync("pharmacy         evaluating  100 %");
        int pharmacy = vfl.ChildWith("pharmacy/");
        string log = Path.Combine(Path.GetDirectoryName(MarkedProcess.ArgumentsOf(pharmacy).Single(a => a.EndsWith("agent.json", StringComparison.Ordinal)))!, "s", "audit.jsonl");
        int hospital = vfl.ChildWith("hospital/");
        MarkedProcess.Signal(hospital, PosixSignalNumber.Stop);
        for (string before = ""; !before.Contains("\"PartSummary\"", StringComparison.Ordinal) || before != ServiceKit.ReadShared(log);)
        {
            before = ServiceKit.ReadShared(log);
            await Task.Delay(1000, TestContext.Current.CancellationToken);
        }

        MarkedProcess.Signal(pharmacy, PosixSignalNumber.Stop);
        MarkedProcess.Signal(hospital, PosixSignalNumber.Continue);
        await vfl.UntilErrorHasAsync("hospital         ended: finished");
        await vfl.UntilErrorHasAsync("lab              ended: finished");
        MarkedProcess.Signal(pharmacy, PosixSignalNumber.Kill);

        await EndsWithAsync(vfl, study, calm);
        string report = await File.ReadAllTextAsync(Path.Combine(study.Out, "report.json"), TestContext.Current.CancellationToken);
        JsonNode training = JsonNode.Parse(report)!["training"]!;
        long calmBytes = (long)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(study.Out + "-calm", "report.json"), TestContext.Current.CancellationToken))!["training"]!["bytesSent"]!;
        Assert.InRange((long)training["bytesSent"]!, calmBytes * 9 / 10, calmBytes * 11 / 10);
        Assert.Equal(2, (int)JsonNode.Parse(report)!["attempts"]!);
        Assert.Equal("attempt 1 was over: the agent of 'pharmacy' was killed and started again", (string)JsonNode.Parse(report)!["interruptions"]!.AsArray().Single()!);
        Assert.Contains($"went on from step {training["steps"]} in attempt 2", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lab/")]
    [InlineData("hospital/")]
    public async Task Agent_killed_in_the_second_of_two_models_changes_nothing_but_the_clock(string agent)
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("Two trainings of two models and a kill; set VFL_LONG=1.");
        }

        using SmallStudy study = Study(epochs: 500);
        study.Json["model"] = new JsonObject { ["preset"] = "linear" };
        study.Json["alternatives"] = new JsonArray(new JsonObject { ["preset"] = "clinical" });
        study.Json["checkpoints"] = new JsonObject { ["everySteps"] = 50 };
        study.Write();
        string calm = await CalmAsync(study);
        using MarkedProcess vfl = MarkedProcess.Start("simulate", study.Folder, "--out", study.Out);
        await vfl.UntilErrorHasAsync("model 2 of 2: clinical");
        MarkedProcess.Signal(vfl.ChildWith(agent), PosixSignalNumber.Kill);

        await EndsWithAsync(vfl, study, calm);
        JsonNode report = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(study.Out, "report.json"), TestContext.Current.CancellationToken))!;
        Assert.Equal((2, 2), ((int)report["attempts"]!, report["models"]!.AsArray().Count));
    }

    [Theory]
    [InlineData("aligning", "lab/", PosixSignalNumber.Kill)]
    [InlineData("reading", "coordinator.json", PosixSignalNumber.Kill)]
    [InlineData("training", "hospital/", PosixSignalNumber.Stop)]
    [InlineData("training", "coordinator.json", PosixSignalNumber.Stop)]
    public async Task Process_killed_or_frozen_at_any_station_changes_nothing_but_the_clock(string station, string service, PosixSignalNumber signal)
    {
        if (!LongTests.Wanted && (station, signal) is not (("aligning", PosixSignalNumber.Kill) or ("training", PosixSignalNumber.Stop)))
        {
            Assert.Skip("One kill and the freezes stand for all; set VFL_LONG=1 for every station.");
        }

        using SmallStudy study = Study(epochs: 200, patients: 400);
        string calm = await CalmAsync(study);
        using MarkedProcess vfl = MarkedProcess.Start("simulate", study.Folder, "--out", study.Out);
        await vfl.UntilErrorHasAsync(station);

        int process = vfl.ChildWith(service);
        MarkedProcess.Signal(process, signal);
        if (signal == PosixSignalNumber.Stop)
        {
            await Task.Delay(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);
            Assert.False(vfl.HasExited);
            MarkedProcess.Signal(process, PosixSignalNumber.Continue);
        }

        await EndsWithAsync(vfl, study, calm);
    }

    [Theory]
    [InlineData("hospital/")]
    [InlineData("coordinator.json")]
    public async Task Freeze_beyond_the_silence_limit_changes_nothing_but_the_clock(string service)
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("A freeze of 45 s is longer than links keep silent (30 s); set VFL_LONG=1 to wait for it.");
        }

        using SmallStudy study = Study(epochs: 500);
        string calm = await CalmAsync(study);
        using MarkedProcess vfl = MarkedProcess.Start("simulate", study.Folder, "--out", study.Out);
        await UntilTrainingAsync(vfl, 1);
        int process = vfl.ChildWith(service);
        MarkedProcess.Signal(process, PosixSignalNumber.Stop);
        await Task.Delay(TimeSpan.FromSeconds(45), TestContext.Current.CancellationToken);
        Assert.False(vfl.HasExited);
        MarkedProcess.Signal(process, PosixSignalNumber.Continue);

        await EndsWithAsync(vfl, study, calm);
    }

    [Fact]
    public async Task Clock_that_jumps_ahead_and_back_changes_nothing()
    {
        if (!LongTests.Wanted)
        {
            Assert.Skip("Every look at the time goes through a library that moves it, which takes a while; set VFL_LONG=1.");
        }

        using var clock = new FakeClock();
        using SmallStudy study = Study(epochs: 200);
        string calm = await CalmAsync(study);
        using MarkedProcess vfl = MarkedProcess.StartUnder(clock, "simulate", study.Folder, "--out", study.Out);

        await UntilTrainingAsync(vfl, 1);
        clock.Set(TimeSpan.FromHours(3));
        MarkedProcess.Signal(vfl.ChildWith("lab/"), PosixSignalNumber.Kill);
        await UntilTrainingAsync(vfl, 2);
        clock.Set(TimeSpan.FromHours(1));
        MarkedProcess.Signal(vfl.ChildWith("pharmacy/"), PosixSignalNumber.Kill);

        await EndsWithAsync(vfl, study, calm);
        JsonNode report = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(study.Out, "report.json"), TestContext.Current.CancellationToken))!;
        Assert.Equal(3, (int)report["attempts"]!);
        Assert.InRange((double)report["training"]!["seconds"]!, 0, 600);
    }

    /// <summary>A study that trains for some seconds, whatever its validation loss does.</summary>
    private static SmallStudy Study(int epochs, int patients = 200)
    {
        var study = new SmallStudy(patients: patients);
        study.Json["training"]!["epochs"] = epochs;
        study.Json["training"]!["earlyStopping"] = new JsonObject { ["patience"] = 100_000 };
        return study.Write();
    }

    private static async Task<string> CalmAsync(SmallStudy study)
    {
        string folder = study.Out + "-calm";
        using MarkedProcess vfl = await MarkedProcess.RunAsync("simulate", study.Folder, "--out", folder);
        Assert.True(vfl.ExitCode == 0, vfl.Error);
        return ReportFile.ModelHash(folder);
    }

    /// <summary>Waits until every line about the wanted attempt has been followed by training.</summary>
    private static async Task UntilTrainingAsync(MarkedProcess vfl, int attempt)
    {
        string begun = attempt == 1 ? "" : $"attempt {attempt} is under way";
        for (long began = Environment.TickCount64; ; await Task.Delay(10))
        {
            string said = vfl.Error;
            int at = said.IndexOf(begun, StringComparison.Ordinal);
            if (at >= 0 && said.IndexOf("training", at, StringComparison.Ordinal) >= 0)
            {
                return;
            }

            Assert.True(!vfl.HasExited && Environment.TickCount64 - began < 120_000, $"attempt {attempt} never trained: {said}");
        }
    }

    private static async Task EndsWithAsync(MarkedProcess vfl, SmallStudy study, string model)
    {
        await vfl.WaitAsync(TimeSpan.FromMinutes(3));
        Assert.True(vfl.ExitCode == 0, vfl.Error);
        Assert.True(model == ReportFile.ModelHash(study.Out), vfl.Error);
        vfl.AssertNothingLeft();
    }

    [GeneratedRegex(@"training\s+([2-9]\d) %")]
    private static partial Regex HalfTrained();
}
