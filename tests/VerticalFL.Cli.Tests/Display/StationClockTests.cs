using VerticalFL.Cli.Display;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;
using Xunit;

namespace VerticalFL.Cli.Tests.Display;

public sealed class StationClockTests
{
    private readonly StationClock _clock = new();

    [Fact]
    public void SecondsLeft_of_a_station_follows_its_percents()
    {
        Assert.Null(At(10, Station.Aligning, 0));
        Assert.Null(At(12, Station.Aligning, 2));
        Assert.Equal(30.0, At(20, Station.Aligning, 25));
        Assert.Equal(10.0, At(40, Station.Aligning, 75));
        Assert.Null(At(50, Station.Aligning, 100));
    }

    [Fact]
    public void SecondsLeft_for_who_begins_to_watch_half_way_counts_only_what_was_seen_to_pass()
    {
        Assert.Null(At(1000, Station.Training, 50));
        Assert.Null(At(1010, Station.Training, 51));
        Assert.Equal(90.0, At(1010, Station.Training, 55)!.Value, 1e-9);
    }

    [Fact]
    public void SecondsLeft_begins_anew_at_another_station_in_another_attempt_and_after_a_step_back()
    {
        At(0, Station.Aligning, 0);
        Assert.NotNull(At(10, Station.Aligning, 50));
        Assert.Null(At(11, Station.Training, 50));
        Assert.NotNull(At(21, Station.Training, 60));
        Assert.Null(At(22, Station.Training, 70, attempt: 2));
        Assert.NotNull(At(32, Station.Training, 80, attempt: 2));
        Assert.Null(At(33, Station.Training, 40, attempt: 2));
    }

    [Theory]
    [InlineData(3.4, "3 s")]
    [InlineData(89, "89 s")]
    [InlineData(600, "10 min")]
    [InlineData(7200, "2.0 h")]
    public void Text_is_short(double seconds, string text) => Assert.Equal(text, StationClock.Text(seconds));

    private double? At(double elapsed, Station station, int percent, int attempt = 1) => _clock.SecondsLeft(
        new RunView("r", "s", "n", attempt, elapsed, 0, [], false, null, false, null, null, false, [], []),
        new PartyView("lab", true, station, percent, null, null, null, []));
}
