using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Tests.Studies;
using VerticalFL.Messages.Control;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class RunTelemetryTests
{
    [Theory]
    [InlineData("\"progress\"", 40, null, null)]
    [InlineData("\"validationLoss\"", 0, 0.5, null)]
    [InlineData("\"throughput\"", 0, null, 900.0)]
    [InlineData("\"progress\", \"validationLoss\", \"throughput\"", 40, 0.5, 900.0)]
    public void Report_lets_out_only_what_the_study_releases(string released, int percent, double? loss, double? speed)
    {
        ActiveRun run = Run(released);
        var told = new List<RunProgress>();

        new RunTelemetry(run, told.Add).Report(Station.Training, 40, new LossPoint(7, 0.4, 0.5), 900);

        Assert.Equal(new RunProgress(run.Id, run.Attempt, Station.Training, percent, loss, speed, loss is null ? null : 7), Assert.Single(told));
        Assert.Equal(40, run.Position.Percent);
    }

    [Fact]
    public void Report_repeats_the_newest_figures()
    {
        var told = new List<RunProgress>();
        var telemetry = new RunTelemetry(Run("\"validationLoss\", \"throughput\""), told.Add);

        telemetry.Report(Station.Training, 1, new LossPoint(1, 1, 0.9), 100);
        telemetry.Report(Station.Training, 2, new LossPoint(2, 1, 0.8));
        telemetry.Report(Station.Evaluating, 0);

        Assert.Equal((0.8, 2, 100.0), (told[1].ValidationLoss, told[1].Epoch, told[1].RowsPerSecond));
        Assert.Equal(2, told.Count);
    }

    [Theory]
    [InlineData("\"progress\", \"validationLoss\"", false)]
    [InlineData("\"throughput\"", true)]
    public void Foretold_tells_seconds_and_bytes_where_the_speed_is_released(string released, bool isTold)
    {
        ActiveRun run = Run(released);
        var told = new List<RunProgress>();
        var note = new ForecastNote(new RunTelemetry(run, told.Add), run.Document.Study, model: 1, second: false);

        note.Report(new TrainingForecast(15, 10, 2, 0.5, 5, 10, 1, 1_000, 11_000, 123_456_789));
        note.Took(new MeasuredTraining(8, 17.5, 9_000));

        var expected = new RunForecast(2, 15, 10, 2, 20.5, 1_000, 11_000);
        RunForecast?[] expectedOfAll = isTold ? [expected, expected with { Measured = new MeasuredTraining(8, 17.5, 9_000) }] : [null, null];
        Assert.Equal(expectedOfAll, told.Select(t => t.Forecast));
        Assert.Equal((123_456_789, 16.5), (run.Forecast!.MemoryBytes, run.Forecast.SecondsOfEpochs));
    }

    [Fact]
    public void Report_keeps_the_losses_of_folds()
    {
        var told = new List<RunProgress>();
        ActiveRun run = Run("\"progress\", \"validationLoss\"");
        var telemetry = new RunTelemetry(run, told.Add);

        telemetry.Report(Station.Training, 30, new LossPoint(9, 1, 0.9));
        telemetry.Report(Station.Training, 40, new LossPoint(1, 1, 0.7) { Model = 1 });

        Assert.Equal((0.9, 9, 40), (told[1].ValidationLoss, told[1].Epoch, told[1].Percent));
        Assert.Equal(0.7, Assert.Single(run.Losses).Validation);
    }

    [Fact]
    public void Report_tells_nothing_when_nothing_is_released()
    {
        new RunTelemetry(Run(""), _ => Assert.Fail("told")).Report(Station.Training, 40, new LossPoint(7, 0.4, 0.5), 900);
    }

    [Fact]
    public void Stop_counts_the_first_cause_and_cancels()
    {
        ActiveRun run = Run("");
        Assert.Null(run.StopCause);

        run.Stop(AttemptCause.AgentStopped);
        run.Stop(AttemptCause.Stopped);

        Assert.Equal(AttemptCause.AgentStopped, run.StopCause);
        Assert.True(run.Stopping.IsCancellationRequested);
    }

    private static ActiveRun Run(string released) =>
        new(DeskFixture.Run(1), new NewestAttempt(1, null), DeskFixture.Document($", \"privacy\": {{ \"release\": [{released}] }}"));
}
