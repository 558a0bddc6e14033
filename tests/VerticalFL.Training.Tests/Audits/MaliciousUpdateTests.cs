using VerticalFL.Training.Audits;
using Xunit;

namespace VerticalFL.Training.Tests.Audits;

public sealed class MaliciousUpdateTests
{
    // By hand from Fu et al. 2022, section 5.2, with gamma 1, r_min 1, r_max 5: r = 1 + d / D, D the step that was taken before.
    [Theory]
    [InlineData(0.25, 0, 0.25)] // no step before: the optimiser's own
    [InlineData(0.25, 0.25, 0.5)] // r = 2
    [InlineData(0.25, 0.5, 0.375)] // r = 1.5
    [InlineData(-0.25, -0.5, -0.375)] // the same downwards
    [InlineData(1, 0.25, 5)] // r = 5, the largest
    [InlineData(1, 0.125, 5)] // r = 9, cut to 5
    [InlineData(-0.25, 0.5, -0.25)] // it turns: r = 0.5, raised to 1
    [InlineData(0, 0.5, 0)]
    public void Apply_scales_a_step_by_how_it_agrees_with_the_last_one(float step, float last, float expected)
    {
        float[] weights = [2 + step], taken = [last];

        MaliciousUpdate.Apply(weights, [2], taken);

        Assert.Equal((2 + expected, expected), (weights[0], taken[0]));
    }
}
