using System.Runtime.InteropServices;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Training.Split;
using VerticalFL.Training.Tests.Checkpoints;
using VerticalFL.Training.Tests.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Privacy;

public sealed class ReleaseNoiseTests
{
    private static readonly Study Half = new()
    {
        Name = "noise", LabelParty = new("hospital"), FeatureParties = [new("lab")], Task = new() { Kind = TaskKind.Binary }, Labels = new(),
        Privacy = new() { Ring = "u64.24", ReleaseNoise = new() { Multiplier = 0.5, ClippingNorm = 2 } },
    };

    [Fact]
    public void Noise_has_the_studys_size_whatever_the_rows()
    {
        using NoiseSeed seed = new();
        float[] rows = [.. Enumerable.Range(0, 40_000).Select(i => i % 2 == 0 ? 100f : -0.1f)];
        double[] noise = Added(seed, rows, step: 0);

        // Rows (100, -.1) are shortened to (2, -.002).
        Assert.Equal(2, noise.Where((_, i) => i % 2 == 0).Average(), 0.05);
        Assert.Equal(0, noise.Where((_, i) => i % 2 == 1).Average(), 0.05);
        Assert.Equal(1, noise.Where((_, i) => i % 2 == 1).Average(x => x * x), 0.05);
    }

    [Fact]
    public void The_same_rows_at_the_same_place_repeat_their_noise_and_nothing_else_does()
    {
        using NoiseSeed seed = new();
        using NoiseSeed another = new();
        float[] rows = [0.1f, 0.2f, 0.3f, 0.4f];
        float[] changed = [0.1f, 0.2f, 0.3f, 0.4001f];

        Assert.Equal(Added(seed, rows, step: 3), Added(seed, rows, step: 3));
        Assert.NotEqual(Added(seed, rows, step: 3)[0], Added(seed, rows, step: 4)[0]);
        Assert.NotEqual(Added(seed, rows, step: 3)[0], Added(seed, rows, step: 3, ActivationPurpose.Evaluation)[0]);
        Assert.NotEqual(Added(seed, rows, step: 3)[0], Added(seed, changed, step: 3)[0]);
        Assert.NotEqual(Added(seed, rows, step: 3)[0], Added(another, rows, step: 3)[0]);
    }

    [Fact]
    public void A_draw_that_cannot_be_noted_leaves_nothing_without_noise()
    {
        using NoiseSeed seed = new();
        ReleaseNoise noise = ReleaseNoise.For(Half, 2, () => new NoiseSource(seed, new FullLog()))!;
        using var encoder = new MaskedEncoder(MaskKeys.FromPairs(new("lab"), []), ActivationRing.For("u64.24", 1), noise);
        byte[] destination = new byte[2 * sizeof(long)];

        Assert.Throws<IOException>(() => encoder.Encode(ActivationPurpose.Training, 0, 0, [0.5f, 0.25f], destination));

        Assert.All(destination, b => Assert.Equal(0, b));
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 2)]
    public async Task Masks_change_nothing_and_noise_costs_what_it_says(int featureParties, int staleness)
    {
        using NoiseSeed seed = new();
        TrainingScenario scenario = Scenario(featureParties, 0.3, staleness);
        TrainingContext Seeded(TrainingContext c) => c with { NoiseSeed = seed };

        var masked = await scenario.SplitAsync(change: Seeded);
        var bare = await scenario.SplitAsync(new TrainingSwitches { Masks = false }, change: Seeded);

        SplitTrainingTests.Same(masked.Label.Outcome, bare.Label.Outcome);
        Assert.NotEqual(masked.Label.Outcome.ModelHash.ToArray(), (await scenario.SplitAsync()).Label.Outcome.ModelHash.ToArray());

        // Two parties' noise of .3 (or three's) beside rows of at most 1 each; of a hundred times that nothing is left to learn from.
        double clear = (await Scenario(featureParties, 0.01, staleness).SplitAsync(change: Seeded)).Label.Outcome.Losses[^1].Train;
        double blurred = (await Scenario(featureParties, 30, staleness).SplitAsync(change: Seeded)).Label.Outcome.Losses[^1].Train;
        Assert.True(clear < blurred, $"{clear} {blurred}");
    }

    [Theory]
    [InlineData("lab", "sends Training activations", 7)]
    [InlineData("pharmacy", "receives ActivationGradients", 4)]
    [InlineData("hospital", "sends EpochDecision", 1)]
    public async Task An_interrupted_run_repeats_its_noise_and_ends_with_the_same_bits(string party, string place, int number)
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary, change: s => s with { Privacy = Noisy(0.3) });
        using var run = new InterruptedRun(scenario);

        Assert.Null(await run.RunAsync(new InterruptedRun.Death(new(party), place, number)));
        var resumed = await run.RunAsync();
        foreach (MemoryStore store in run.Stores.Values)
        {
            store.Steps().ToList().ForEach(store.Delete);
        }

        var calm = await run.RunAsync();
        SplitTrainingTests.Same(calm!.Value.Label.Outcome, resumed!.Value.Label.Outcome);
    }

    private static PrivacySettings Noisy(double multiplier) => new() { Ring = "u64.24", ReleaseNoise = new() { Multiplier = multiplier } };

    private static TrainingScenario Scenario(int featureParties, double multiplier, int staleness) => new(
        TaskKind.Binary, featureParties, s => s with { Privacy = Noisy(multiplier), Training = s.Training with { Staleness = staleness } });

    private static double[] Added(NoiseSeed seed, float[] rows, long step, ActivationPurpose purpose = ActivationPurpose.Training)
    {
        byte[] ring = new byte[rows.Length * sizeof(long)];
        ReleaseNoise.For(Half, 2, () => new NoiseSource(seed))!.Encode(purpose, step, 0, rows, ring);
        return [.. MemoryMarshal.Cast<byte, long>(ring).ToArray().Select(x => x / RowClip.Scale)];
    }

    private sealed class FullLog : IReleaseLog
    {
        public void Enter(string place, ReadOnlySpan<byte> tag, PrivacyLoss loss) => throw new IOException("No space left on device.");
    }
}
