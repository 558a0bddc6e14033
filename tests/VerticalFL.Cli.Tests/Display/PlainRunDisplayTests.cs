using VerticalFL.Cli.Display;
using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages.Control;
using Xunit;

namespace VerticalFL.Cli.Tests.Display;

public sealed class PlainRunDisplayTests
{
    private static readonly RunView Run = new("r", "s", "n", 1, 2, 0, [], false, null, false, null, null, false, [], []);

    [Fact]
    public void Report_says_once_which_model_what_is_expected_and_what_it_took()
    {
        using var output = new StringWriter();
        var display = new PlainRunDisplay(output);
        RunView told = Run with { Model = "2 of 3: linear", Forecast = new RunForecast(2, 15, 60, 0.25, 15.5, 1_000_000, 61_000_000) };

        display.Report(Run);
        display.Report(told);
        display.Report(told with { ElapsedSeconds = 9 });
        display.Report(told with { ElapsedSeconds = 12, Forecast = told.Forecast with { Measured = new MeasuredTraining(40, 10.2, 41_000_000) } });

        Assert.Equal(
            [
                "    2.0 s  model 2 of 3: linear",
                "    2.0 s  forecast for model 2: 0.250 s and 1.00 MB an epoch, 16 s and 61.0 MB for all 60 if it does not stop early",
                "   12.0 s  forecast for model 2: 0.250 s and 1.00 MB an epoch, 16 s and 61.0 MB for all 60 if it does not stop early; measured: 10.2 s and 41.0 MB for 40 epochs",
            ],
            output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }
}
