using VerticalFL.Cli.Display;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;
using Xunit;

namespace VerticalFL.Cli.Tests.Display;

public sealed class PlainRunDisplayTests
{
    [Fact]
    public void Report_has_a_line_for_every_pass_of_an_alignment_and_the_time_left()
    {
        using var output = new StringWriter();
        var display = new PlainRunDisplay(output);

        display.Report(At(0, 1, "pass 1 of 2, by nhs"));
        display.Report(At(9, 10, "pass 1 of 2, by nhs"));
        display.Report(At(49, 50, "pass 2 of 2, by name + birth_date"));

        Assert.Equal(
            ["    0.0 s  lab              aligning      1 %, pass 1 of 2, by nhs", "   49.0 s  lab              aligning     50 %, pass 2 of 2, by name + birth_date, 50 s left"],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    private static RunView At(double elapsed, int percent, string pass) => new(
        "r", "s", "n", 1, elapsed, 0, [new PartyView("lab", true, Station.Aligning, percent, null, null, null, [], pass)], false, null, false, null, null, false, [], []);
}
