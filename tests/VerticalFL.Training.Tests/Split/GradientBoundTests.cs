using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class GradientBoundTests
{
    [Fact]
    public void Apply_shortens_long_rows_and_leaves_the_others_bit_for_bit()
    {
        float[] gradient = [0.6f, 0.8f, 0.3f, -0.1f, 30, -40, 0, 0];

        int shortened = GradientBound.Apply(gradient, 2);

        Assert.Equal([0.3f, -0.1f, 0.6f, -0.8f, 0, 0], gradient[2..]);
        Assert.True(shortened is 1 or 2);
        Assert.Equal(1, Math.Sqrt((gradient[0] * gradient[0]) + (gradient[1] * gradient[1])), 1e-6);
    }

    [Fact]
    public void Apply_does_not_overflow_on_the_largest_values()
    {
        float[] gradient = [float.MaxValue, float.MaxValue];

        GradientBound.Apply(gradient, 2);

        Assert.Equal(Math.Sqrt(0.5), gradient[0], 1e-6);
    }
}
