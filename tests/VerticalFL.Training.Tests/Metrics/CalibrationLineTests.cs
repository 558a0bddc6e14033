using VerticalFL.Training.Metrics;
using Xunit;

namespace VerticalFL.Training.Tests.Metrics;

public sealed class CalibrationLineTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0.4, 1)]
    [InlineData(-0.7, 0.5)]
    [InlineData(0.2, 2.5)]
    public void Fit_finds_the_line_that_the_outcomes_were_drawn_from(double intercept, double slope)
    {
        for (int seed = 0; seed < 10; seed++)
        {
            (float[] probabilities, bool[] positive) = Draw(seed, 4000, intercept, slope);

            CalibrationLine line = CalibrationLine.Fit(probabilities, positive)!.Value;

            // Five standard errors of the steepest case.
            Assert.Equal(intercept, line.Intercept, 0.4);
            Assert.Equal(slope, line.Slope, 0.5);
            AssertScoresVanish(line, probabilities, positive);
        }
    }

    [Fact]
    public void Fit_without_two_outcomes_or_two_predictions_is_none()
    {
        Assert.Null(CalibrationLine.Fit([0.2f, 0.7f], [true, true]));
        Assert.Null(CalibrationLine.Fit([0.4f, 0.4f, 0.4f], [true, false, true]));
        Assert.Null(CalibrationLine.Fit([], []));
    }

    [Fact]
    public void Fit_of_predictions_that_separate_the_outcomes_is_none() =>
        Assert.Null(CalibrationLine.Fit([0.1f, 0.2f, 0.6f, 0.9f], [false, false, true, true]));

    [Fact]
    public void Fit_takes_certain_predictions() =>
        Assert.NotNull(CalibrationLine.Fit([0, 0, 1, 1, 0.5f, 0.4f], [false, true, true, false, true, false]));

    private static (float[] Probabilities, bool[] Positive) Draw(int seed, int rows, double intercept, double slope)
    {
        var random = new Random(seed);
        var probabilities = new float[rows];
        var positive = new bool[rows];
        for (int i = 0; i < rows; i++)
        {
            double logit = (random.NextDouble() * 6) - 3;
            probabilities[i] = (float)(1 / (1 + Math.Exp(-logit)));
            positive[i] = random.NextDouble() < 1 / (1 + Math.Exp(-intercept - (slope * logit)));
        }

        return (probabilities, positive);
    }

    private static void AssertScoresVanish(CalibrationLine line, float[] probabilities, bool[] positive)
    {
        double score = 0, scoreOfSlope = 0;
        for (int i = 0; i < positive.Length; i++)
        {
            double logit = Math.Log(probabilities[i] / (1 - (double)probabilities[i]));
            double error = (positive[i] ? 1 : 0) - (1 / (1 + Math.Exp(-line.Intercept - (line.Slope * logit))));
            score += error;
            scoreOfSlope += error * logit;
        }

        Assert.Equal(0, score, 1e-6);
        Assert.Equal(0, scoreOfSlope, 1e-6);
    }
}
