using VerticalFL.Agent.Runs;
using VerticalFL.Alignment;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class AlignmentPercentTests
{
    [Fact]
    public void Report_tells_percents_that_grow_over_all_passes_and_the_pass()
    {
        var told = new List<(int Percent, int? Pass)>();
        var percent = new AlignmentPercent((p, pass) => told.Add((p, pass)));

        percent.Report(new AlignmentProgress(AlignmentStep.Hello, 0, 0, 1, 2));
        percent.Report(new AlignmentProgress(AlignmentStep.Oprf, 50, 100, 1, 2));
        percent.Report(new AlignmentProgress(AlignmentStep.Oprf, 50, 100, 1, 2));
        percent.Report(new AlignmentProgress(AlignmentStep.Hello, 0, 0, 2, 2));
        percent.Report(new AlignmentProgress(AlignmentStep.RowCheck, 0, 0, 2, 2));

        Assert.Equal([(0, 1), (15, 1), (50, 2), (99, 2)], told);
    }

    [Fact]
    public void Report_names_no_pass_when_there_is_one_only()
    {
        var told = new List<(int Percent, int? Pass)>();

        new AlignmentPercent((p, pass) => told.Add((p, pass))).Report(new AlignmentProgress(AlignmentStep.OwnValues, 100, 100));

        Assert.Equal([(85, null)], told);
    }
}
