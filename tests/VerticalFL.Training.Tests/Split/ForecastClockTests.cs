using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class ForecastClockTests
{
    [Theory]
    [InlineData(20, 30, 0.02)]
    [InlineData(1, 422, 0.001)]
    public void End_is_true_once_when_steps_and_time_are_enough(int milliseconds, int steps, double perStep)
    {
        var time = new Ticks();
        var clock = new ForecastClock(time);
        var told = new List<int>();
        for (int step = 1; step <= 600; step++)
        {
            clock.Begin();

            // The first steps are slow and do not count.
            time.Pass(step < 3 ? 40 : milliseconds);
            if (clock.End())
            {
                told.Add(step);
                Assert.Equal(perStep, clock.SecondsPerStep, 1e-6);
                Assert.Equal(step - (step / 2), clock.TimedSteps);
            }
        }

        Assert.Equal(steps, Assert.Single(told));
    }

    private sealed class Ticks : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _now;

        public void Pass(int milliseconds) => _now += milliseconds;
    }
}
