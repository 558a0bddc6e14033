using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Runs;
using VerticalFL.EndToEnd.Tests.Recorder;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Simulation;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>The coordinator hears what the study releases and nothing else.</summary>
public sealed class RunTelemetryTests
{
    [Fact]
    public void Nothing_released_tells_nothing() => Assert.Empty(Told([]));

    [Fact]
    public void Progress_alone_tells_station_and_percent() =>
        Assert.Equal([(Station.Aligning, 40, null, null), (Station.Training, 70, null, null)], Told([ReleasedTelemetry.Progress]));

    [Fact]
    public void Validation_loss_alone_tells_neither_station_nor_percent() =>
        Assert.Equal([(Station.Training, 0, 0.5, null)], Told([ReleasedTelemetry.ValidationLoss]));

    [Fact]
    public void Everything_released_tells_everything() =>
        Assert.Equal((Station.Training, 70, 0.5, 900.0), Told(Enum.GetValues<ReleasedTelemetry>())[^1]);

    private static List<(Station Station, int Percent, double? Loss, double? Speed)> Told(IReadOnlyList<ReleasedTelemetry> released)
    {
        using var directory = new TemporaryDirectory();
        RecordedCohort.Write(directory.Path);
        Study study = StudyFolder.Load(directory.Path).Study;
        StudyDocument document = StudyDocument.FromStudy(study with { Privacy = study.Privacy with { Release = released } });
        var told = new List<(Station, int, double?, double?)>();
        var telemetry = new RunTelemetry(
            new ActiveRun(RunId.FromBytes(new byte[RunId.Size]), new NewestAttempt(1, null), document), p => told.Add((p.Station, p.Percent, p.ValidationLoss, p.RowsPerSecond)));

        telemetry.Report(Station.Aligning, 40);
        telemetry.Report(Station.Training, 70, new LossPoint(3, 0.6, 0.5), 900);
        return told;
    }
}
