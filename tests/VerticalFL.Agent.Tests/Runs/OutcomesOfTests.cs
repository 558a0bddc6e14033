using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Runs;
using VerticalFL.Data.Preprocessing;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class OutcomesOfTests
{
    [Fact]
    public void Of_counts_positive_patients()
    {
        OutcomeReport part = OutcomesOf.Of(new Targets(OutcomeKind.Binary, [1, 0, 1, 0, 0], null, ["0", "1"]), [0, 1, 2]);

        Assert.Equal((3, 2), (part.Patients, part.Events!.Value));
        Assert.Null(part.Classes);
    }

    [Fact]
    public void Of_counts_each_class_also_those_of_nobody()
    {
        OutcomeReport part = OutcomesOf.Of(new Targets(OutcomeKind.Multiclass, [2, 2, 0], null, ["a", "b", "c"]), [0, 1, 2]);

        Assert.Equal(new Dictionary<string, int> { ["a"] = 1, ["b"] = 0, ["c"] = 2 }, part.Classes!);
        Assert.Null(part.Events);
    }

    [Fact]
    public void Of_survival_has_events_and_the_median_follow_up_of_the_censored()
    {
        // Censored at 2, 4 and 6 of times 1 to 6: by reverse Kaplan-Meier 4/5, then 4/5 * 2/3 = 8/15, then 0.
        var targets = new Targets(OutcomeKind.Survival, [1, 2, 3, 4, 5, 6], [true, false, true, false, true, false], []);

        OutcomeReport part = OutcomesOf.Of(targets, [0, 1, 2, 3, 4, 5]);

        Assert.Equal(3, part.Events);
        Assert.Equal(6, part.MedianFollowUp);
        Assert.Null(OutcomesOf.Of(targets, [0, 2, 4]).MedianFollowUp);
    }

    [Fact]
    public void Of_regression_has_mean_and_standard_deviation()
    {
        OutcomeReport part = OutcomesOf.Of(new Targets(OutcomeKind.Regression, [2, 4, 6], null, []), [0, 1, 2]);

        Assert.Equal((4.0, 2.0), (part.Mean!.Value, part.StandardDeviation!.Value));
        Assert.Null(OutcomesOf.Of(new Targets(OutcomeKind.Regression, [2], null, []), [0]).StandardDeviation);
    }
}
