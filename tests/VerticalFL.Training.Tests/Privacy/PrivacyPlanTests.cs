using VerticalFL.Messages.Studies;
using VerticalFL.Training.Privacy;
using Xunit;

namespace VerticalFL.Training.Tests.Privacy;

public sealed class PrivacyPlanTests
{
    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(8, 3)]
    [InlineData(100, 50)]
    public void All_that_leaves_is_composed_and_keeps_epsilon(double epsilon, int epochs)
    {
        PrivacyPlan plan = PrivacyPlan.Of(new DifferentialPrivacySettings { Epsilon = epsilon }, epochs);

        // Counted out: a row an epoch and one for the evaluation, a step of the weights an epoch.
        double rho = ((epochs + 1) * 2 / (plan.RowNoise * plan.RowNoise)) + (epochs * 2 / (plan.WeightNoise * plan.WeightNoise));
        Assert.Equal(rho, plan.FeatureTraining.Rho, rho * 1e-9);
        Assert.InRange(plan.FeatureTraining.Epsilon(1e-6), epsilon * 0.999, epsilon);
        Assert.Equal(rho - (2 / (plan.RowNoise * plan.RowNoise)), plan.LabelTraining.Rho, rho * 1e-9);
        Assert.Equal(3 * rho, plan.WholePatient(3).Rho, rho * 1e-9);
        Assert.True(plan.Row.Epsilon(1e-6) < epsilon);
    }

    [Fact]
    public void An_epsilon_that_no_noise_keeps_is_refused_with_the_smallest_that_can()
    {
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
            () => PrivacyPlan.Of(new DifferentialPrivacySettings { Epsilon = 0.001 }, 20));

        double smallest = double.Parse(refused.Message.Split(' ')[^1].TrimEnd('.'), System.Globalization.CultureInfo.InvariantCulture);
        Assert.InRange(smallest, 0.001, 0.1);
        Assert.NotNull(PrivacyPlan.Of(new DifferentialPrivacySettings { Epsilon = smallest }, 20));
    }

    [Fact]
    public void Delta_is_held_against_the_cohort() =>
        Assert.Throws<ArgumentException>(() => PrivacyPlan.Of(new DifferentialPrivacySettings { Epsilon = 8 }, 3, patients: 200_000));
}
