using VerticalFL.Messages.Studies;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class RateScheduleTests
{
    private const int Epochs = 20;
    private const int Batches = 7;

    [Fact]
    public void Without_a_schedule_the_rate_stays() => Assert.All(Rates(null), rate => Assert.Equal(1, rate));

    [Fact]
    public void The_rate_rises_in_a_straight_line_through_the_warmup()
    {
        double[] rates = Rates(new ScheduleSettings { WarmupEpochs = 2 });
        Assert.Equal(1.0 / 14, rates[0]);
        Assert.Equal(0.5, rates[6]);
        Assert.All(rates[13..], rate => Assert.Equal(1, rate));
    }

    [Fact]
    public void A_line_falls_to_nothing_behind_the_last_step()
    {
        double[] rates = Rates(new ScheduleSettings { Decay = RateDecay.Linear });
        for (int step = 0; step < rates.Length; step++)
        {
            Assert.Equal(1 - ((double)step / rates.Length), rates[step], 1e-15);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Half_a_cosine_follows_the_warmup(int warmup)
    {
        double[] rates = Rates(new ScheduleSettings { Decay = RateDecay.Cosine, WarmupEpochs = warmup })[(warmup * Batches)..];
        for (int step = 0; step < rates.Length; step++)
        {
            Assert.Equal((1 + Math.Cos(Math.PI * step / rates.Length)) / 2, rates[step], 1e-12);
        }
    }

    [Fact]
    public void A_long_training_has_a_rate_at_every_step()
    {
        var schedule = new RateSchedule(new ScheduleSettings { Decay = RateDecay.Cosine, WarmupEpochs = 99_999 }, 100_000, 1_000_000);
        Assert.Equal(1e-9, schedule.At(100_000L * 1_000_000 - 1));
        Assert.InRange(schedule.At(0), double.Epsilon, 1e-9);
    }

    [Theory]
    [InlineData(RateDecay.Linear, 0)]
    [InlineData(RateDecay.Cosine, 2)]
    public async Task A_scheduled_training_gives_the_bits_of_the_central_one(RateDecay decay, int staleness)
    {
        Study With(Study study, ScheduleSettings? schedule) =>
            study with { Training = study.Training with { Staleness = staleness, Schedule = schedule } };
        var scenario = new TrainingScenario(TaskKind.Binary, 2, s => With(s, new ScheduleSettings { Decay = decay, WarmupEpochs = 1 }));
        var level = new TrainingScenario(TaskKind.Binary, 2, s => With(s, null));

        TrainingOutcome central = scenario.Central();

        SplitTrainingTests.Same(central, (await scenario.SplitAsync()).Label.Outcome);
        Assert.NotEqual(level.Central().ModelHash.ToArray(), central.ModelHash.ToArray());
    }

    private static double[] Rates(ScheduleSettings? settings)
    {
        var schedule = new RateSchedule(settings, Epochs, Batches);
        return [.. Enumerable.Range(0, Epochs * Batches).Select(step => schedule.At(step))];
    }
}
