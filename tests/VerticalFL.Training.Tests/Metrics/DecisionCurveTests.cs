using VerticalFL.Training.Metrics;
using Xunit;

namespace VerticalFL.Training.Tests.Metrics;

public sealed class DecisionCurveTests
{
    // Ten patients, four with the outcome; at 0.2 seven are flagged, of whom three have it.
    private static readonly float[] Probabilities = [0.9f, 0.8f, 0.7f, 0.6f, 0.5f, 0.4f, 0.2f, 0.1f, 0.1f, 0f];
    private static readonly bool[] Positive = [true, true, false, false, true, false, false, true, false, false];

    [Fact]
    public void At_counts_who_is_flagged_and_weighs_false_alarms_by_the_odds()
    {
        // The float 0.2 is a little more than the double: the patient who has just it is flagged either way.
        DecisionPoint point = DecisionCurve.At(Probabilities, Positive, 0.2);

        Assert.Equal(7, point.Flagged);
        Assert.Equal(3 / 4.0, point.Sensitivity!.Value, 1e-9);
        Assert.Equal(2 / 6.0, point.Specificity!.Value, 1e-9);
        Assert.Equal(3 / 7.0, point.PositivePredictiveValue!.Value, 1e-9);
        Assert.Equal(2 / 3.0, point.NegativePredictiveValue!.Value, 1e-9);
        Assert.Equal(0.3 - (0.4 * 0.25), point.NetBenefit, 1e-6);
        Assert.Equal(0.4 - (0.6 * 0.25), point.NetBenefitOfAll, 1e-6);
    }

    [Fact]
    public void At_leaves_out_shares_of_nobody()
    {
        DecisionPoint none = DecisionCurve.At([0.1f, 0.2f], [false, false], 0.5);

        Assert.Null(none.Sensitivity);
        Assert.Null(none.PositivePredictiveValue);
        Assert.Equal(1, none.NegativePredictiveValue);
        Assert.Equal(0, none.NetBenefit);
        Assert.Null(DecisionCurve.At([0.9f], [true], 0.5).NegativePredictiveValue);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(double.NaN)]
    public void At_refuses_a_threshold_without_odds(double threshold) =>
        Assert.ThrowsAny<ArgumentException>(() => DecisionCurve.At([0.5f], [true], threshold));

    [Fact]
    public void At_refuses_no_patients_and_other_lengths()
    {
        Assert.Throws<ArgumentException>(() => DecisionCurve.At([], [], 0.5));
        Assert.Throws<ArgumentException>(() => DecisionCurve.At([0.5f], [], 0.5));
    }
}
