using System.Collections.Concurrent;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.Split;
using VerticalFL.Training.Tests.Checkpoints;
using VerticalFL.Training.Tests.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Privacy;

/// <summary>What differential privacy does to rows, to weights and to whole runs.</summary>
public sealed class PrivateTrainingTests
{
    [Fact]
    public void No_row_moves_the_sum_of_gradients_by_more_than_the_norm_whatever_its_size()
    {
        var random = new Random(4);
        foreach (int rows in (int[])[1, 7, 256, 512])
        {
            double[] squares = [.. Enumerable.Range(0, rows).Select(_ => Math.Pow(10, (20 * random.NextDouble()) - 14))];
            float[] factors = PrivateStep.FactorsOf(squares, norm: 0.7);
            for (int i = 0; i < rows; i++)
            {
                // A row's gradient of its own loss is so many times that of the batch's mean.
                double length = factors[i] * Math.Sqrt(squares[i]) * rows;
                Assert.True(length <= 0.7 / (1 + (rows * (double)rows / (1 << 24))), $"{length} of {rows} rows");
                Assert.True(factors[i] == 1 || length > 0.7 * 0.95, $"{length} of {rows} rows");
            }
        }
    }

    [Fact]
    public void Weights_get_the_plans_noise_once_and_the_same_sum_at_the_same_step_repeats_it()
    {
        using NoiseSeed seed = new();
        PrivacyPlan plan = PrivacyPlan.Of(new DifferentialPrivacySettings { Epsilon = 20 }, 2);
        const int Weights = 40_000;
        const int Rows = 16;

        float[] once = Step(0, 0.001f);
        Assert.Equal(once, Step(0, 0.001f));
        Assert.NotEqual(once, Step(1, 0.001f));
        Assert.NotEqual(once, [.. Step(0, 0.0011f).Select(x => x - 0.0001f)]);
        double expected = plan.WeightNoise * 2 / Rows;
        Assert.Equal(expected * expected, once.Average(x => (x - 0.001) * (x - 0.001)), 0.05 * expected * expected);

        float[] Step(long step, float value)
        {
            float[] gradient = [.. Enumerable.Repeat(value, Weights)];
            new PrivateStep(plan, 2, new NoiseSource(seed)).Apply(step, new double[Rows], (_ => { }, visit => visit(gradient)));
            return gradient;
        }
    }

    [Fact]
    public void Rows_of_gradients_leave_shortened_and_blurred()
    {
        using NoiseSeed seed = new();
        PrivacyPlan plan = PrivacyPlan.Of(new DifferentialPrivacySettings { Epsilon = 20 }, 2);
        const int Rows = 20_000;
        float[] gradient = [.. Enumerable.Range(0, 2 * Rows).Select(i => i % 2 == 0 ? 5f / Rows : 0)];
        float[] outcomes = new float[Rows];
        var leaving = new float[gradient.Length];

        new GradientRowNoise(plan, 2, new NoiseSource(seed)).Apply(0, gradient, 2, outcomes, leaving);

        double[] own = [.. leaving.Select(x => (double)x * Rows)];
        Assert.Equal(2, own.Where((_, i) => i % 2 == 0).Average(), 0.05 * plan.RowNoise);
        double variance = 4 * plan.RowNoise * plan.RowNoise;
        Assert.Equal(variance, own.Where((_, i) => i % 2 == 1).Average(x => x * x), 0.05 * variance);
    }

    [Fact]
    public async Task Masks_change_nothing_a_repeated_run_draws_nothing_anew_and_every_draw_is_noted_before()
    {
        using NoiseSeed seed = new();
        TrainingScenario scenario = Scenario(epsilon: 300);
        var logs = scenario.Study.Parties.ToDictionary(p => p, _ => new Log());
        TrainingContext With(TrainingContext c) => c with { NoiseSeed = seed, ReleaseLog = logs[c.Self] };

        var masked = await scenario.SplitAsync(change: With);
        Dictionary<string, int> draws = logs.ToDictionary(l => l.Key.Value, l => l.Value.Places.Count);
        var bare = await scenario.SplitAsync(new TrainingSwitches { Masks = false }, change: With);

        SplitTrainingTests.Same(masked.Label.Outcome, bare.Label.Outcome);
        Assert.All(logs, l => Assert.Equal((draws[l.Key.Value], 0), (l.Value.Places.Count, l.Value.Again)));

        // Five epochs of five batches: a draw for each batch's gradients and weights at the label party; rows (in the plan's pieces), weights and two evaluations elsewhere.
        int steps = (int)masked.Label.Outcome.Steps;
        Assert.Equal(2 * steps, draws["hospital"]);
        Assert.Equal(2, logs[new("lab")].Places.Keys.Count(k => k.StartsWith("release/03", StringComparison.Ordinal)));
        Assert.Equal(steps, logs[new("lab")].Places.Keys.Count(k => k.StartsWith("weights/", StringComparison.Ordinal)));
        Assert.True(logs[new("lab")].Places.Keys.Count(k => k.StartsWith("release/01", StringComparison.Ordinal)) >= steps);
        Assert.Equal(draws["lab"], draws["pharmacy"]);
    }

    [Fact]
    public async Task Other_data_at_the_same_places_is_noticed_everywhere()
    {
        using NoiseSeed seed = new();
        var log = new Log();
        TrainingScenario scenario = Scenario(epsilon: 300);
        TrainingScenario other = new(TaskKind.Binary, 3, s => s with { Privacy = scenario.Study.Privacy, Labels = new(), Training = scenario.Study.Training });

        await scenario.SplitAsync(change: c => c with { NoiseSeed = seed, ReleaseLog = c.Self.Value == "hospital" ? log : null });
        int draws = log.Places.Count;
        await other.SplitAsync(change: c => c with { NoiseSeed = seed, ReleaseLog = c.Self.Value == "hospital" ? log : null });

        Assert.Equal(draws, log.Again);
        Assert.All(log.Losses, l => Assert.True(l.Rho > 0));
    }

    [Theory]
    [InlineData("lab", "sends Training activations", 6)]
    [InlineData("pharmacy", "receives ActivationGradients", 4)]
    [InlineData("hospital", "sends ActivationGradients", 7)]
    public async Task An_interrupted_run_ends_with_the_same_bits(string party, string place, int number)
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary, change: Private(300));
        using var run = new InterruptedRun(scenario);

        Assert.Null(await run.RunAsync(new InterruptedRun.Death(new(party), place, number)));
        var resumed = await run.RunAsync();
        foreach (MemoryStore store in run.Stores.Values)
        {
            store.Steps().ToList().ForEach(store.Delete);
        }

        SplitTrainingTests.Same((await run.RunAsync())!.Value.Label.Outcome, resumed!.Value.Label.Outcome);
    }

    [Fact]
    public async Task Little_noise_learns_and_much_does_not()
    {
        // So few patients learn only under an epsilon that promises nothing: the loss is then .672 to .676, with the other .690 to .694.
        double clear = (await Scenario(epsilon: 1e7).SplitAsync()).Label.Outcome.Losses[^1].Train;
        double blurred = (await Scenario(epsilon: 0.1).SplitAsync()).Label.Outcome.Losses[^1].Train;
        Assert.True(clear < blurred, $"{clear} {blurred}");
    }

    [Fact]
    public async Task A_loss_that_explodes_does_not_stop_the_run_for_all_to_see()
    {
        TrainingScenario scenario = new(TaskKind.Binary, 2, s => Private(1e7)(s) with
        {
            Training = s.Training with
            {
                EarlyStopping = new() { Validation = 0 }, Optimizer = new OptimizerSettings { Kind = OptimizerKind.AdamW, LearningRate = 50 },
            },
        });

        TrainingOutcome outcome = (await scenario.SplitAsync()).Label.Outcome;

        Assert.True(outcome.Losses.Max(l => l.Train) > LossExplodedException.Limit, $"{outcome.Losses.Max(l => l.Train)}");
    }

    private static TrainingScenario Scenario(double epsilon) => new(TaskKind.Binary, 2, Private(epsilon));

    private static Func<Study, Study> Private(double epsilon) => s => s with
    {
        Privacy = new() { Ring = "u64.24", DifferentialPrivacy = new() { Epsilon = epsilon } },
        Labels = new(),
        Training = s.Training with { EarlyStopping = new() { Validation = 0 } },
    };

    private sealed class Log : IReleaseLog
    {
        public ConcurrentDictionary<string, string> Places { get; } = new();

        public List<PrivacyLoss> Losses { get; } = [];

        public int Again { get; private set; }

        public void Enter(string place, ReadOnlySpan<byte> tag, PrivacyLoss loss)
        {
            string text = Convert.ToHexString(tag);
            Losses.Add(loss);
            if (Places.GetOrAdd(place, text) != text)
            {
                Again++;
            }
        }
    }
}
