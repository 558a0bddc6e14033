using VerticalFL.Agent.Reports;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Agent.Tests.Reports;

public sealed class ForecastReportTests
{
    private static readonly ForecastReport One = new()
    {
        TimedSteps = 30, Epochs = 10, SecondsPerEpoch = 10, Seconds = 100, BytesPerEpoch = 1 << 20, Bytes = 10 << 20, MemoryBytes = 1 << 27,
    };

    [Fact]
    public void InWords_of_one_training_speaks_of_it_alone()
    {
        Assert.StartsWith("10.000 s and 1.05 MB an epoch, ", One.InWords(), StringComparison.Ordinal);
        Assert.EndsWith("(after 30 timed steps)", One.InWords(), StringComparison.Ordinal);
    }

    [Fact]
    public void InWords_counts_the_folds() =>
        Assert.EndsWith("; with the 5 folds about 8 min 20 s and 52.4 MB", (One with { Folds = 5 }).InWords(), StringComparison.Ordinal);

    [Fact]
    public void InWords_counts_the_second_training_with_the_validation_rows() =>
        Assert.EndsWith("; with its second training at most about 3 min 45 s and 23.6 MB", (One with { SecondTraining = 1.25 }).InWords(), StringComparison.Ordinal);

    [Fact]
    public void InWords_says_which_of_several_trainings_it_is_of()
    {
        string model = (One with { Model = "2 of 3: linear", SecondTraining = 1.25 }).InWords();

        Assert.StartsWith("model 2 of 3: linear: ", model, StringComparison.Ordinal);
        Assert.Contains("; with its second training, if it is chosen, at most about ", model, StringComparison.Ordinal);
        Assert.StartsWith("second training: ", (One with { Model = Study.Refit }).InWords(), StringComparison.Ordinal);
    }
}
