using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Split;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

/// <summary>What travels when is a matter of speed; what is computed is a function of the study.</summary>
public sealed class PipelineTests
{
    [Theory]
    [InlineData(TaskKind.Binary)]
    [InlineData(TaskKind.Multiclass)]
    [InlineData(TaskKind.Regression)]
    [InlineData(TaskKind.Survival)]
    public async Task Microbatches_give_the_bits_of_lockstep(TaskKind task)
    {
        // 96 training rows in batches of 48: three microbatches, each with dropout of its own rows.
        var scenario = new TrainingScenario(task, 2, s => s with { Training = s.Training with { Batch = 50 } });

        var lockstep = await scenario.SplitAsync(new TrainingSwitches { Microbatches = 1 });
        var counter = new OrderOfMessages(scenario.Study.LabelParty);
        var pipelined = await scenario.SplitAsync(new TrainingSwitches { Microbatches = 4 }, counter);

        SplitTrainingTests.Same(scenario.Central(), lockstep.Label.Outcome);
        SplitTrainingTests.Same(lockstep.Label.Outcome, pipelined.Label.Outcome);
        foreach (bool byParts in (bool[])[true, false])
        {
            var computed = await scenario.SplitAsync(new TrainingSwitches { Microbatches = 4, ByParts = byParts });
            SplitTrainingTests.Same(lockstep.Label.Outcome, computed.Label.Outcome);
        }

        Assert.Equal(3, counter.MostMicrobatches);

        // Ranking the rows of a batch needs all of them; other losses answer the first rows while later ones are still to come.
        Assert.Equal(task != TaskKind.Survival, counter.AnsweredBeforeAllHadCome);
    }

    [Fact]
    public async Task Label_protection_over_a_batch_gives_the_bits_of_lockstep()
    {
        var scenario = new TrainingScenario(
            TaskKind.Binary, 2, s => s with { Labels = new LabelSettings { Protection = Messages.Studies.LabelProtection.MaxNorm } });
        using var seed = new NoiseSeed();

        var lockstep = await scenario.SplitAsync(new TrainingSwitches { Microbatches = 1 }, change: c => c with { NoiseSeed = seed });
        var pipelined = await scenario.SplitAsync(new TrainingSwitches { Microbatches = 2 }, change: c => c with { NoiseSeed = seed });
        var computed = await scenario.SplitAsync(new TrainingSwitches { Microbatches = 2, ByParts = true }, change: c => c with { NoiseSeed = seed });

        SplitTrainingTests.Same(lockstep.Label.Outcome, pipelined.Label.Outcome);
        SplitTrainingTests.Same(lockstep.Label.Outcome, computed.Label.Outcome);
    }

    [Theory]
    [InlineData(TaskKind.Binary, 1, 1, null)]
    [InlineData(TaskKind.Binary, 2, 3, null)]
    [InlineData(TaskKind.Multiclass, 2, 8, null)]
    [InlineData(TaskKind.Regression, 3, 64, null)]
    [InlineData(TaskKind.Survival, 2, 2, null)]
    [InlineData(TaskKind.Binary, 2, 2, 4)]
    [InlineData(TaskKind.Regression, 2, 3, 1)]
    public async Task Staleness_is_a_rule_and_not_a_matter_of_time(TaskKind task, int featureParties, int staleness, int? everySteps)
    {
        var scenario = new TrainingScenario(task, featureParties, s => s with
        {
            Training = s.Training with { Batch = 20, Staleness = staleness },
            Checkpoints = new CheckpointSettings { EverySteps = everySteps },
        });
        var fresh = new TrainingScenario(task, featureParties, s => s with { Training = s.Training with { Batch = 20 } });

        TrainingOutcome central = scenario.Central();
        var split = await scenario.SplitAsync();
        var pieces = await scenario.SplitAsync(new TrainingSwitches { Masks = false, Microbatches = 2 });

        SplitTrainingTests.Same(central, split.Label.Outcome);
        SplitTrainingTests.Same(central, pieces.Label.Outcome);

        // The pipeline drains at every checkpoint of the study: with one after every step nothing is ever stale.
        Assert.Equal(everySteps == 1, central.ModelHash.Span.SequenceEqual(fresh.Central().ModelHash.Span));
    }

    [Theory]
    [InlineData("u16.8", GradientFormat.Float32, 0)]
    [InlineData("u32.20", GradientFormat.Float16, 0)]
    [InlineData("u16.8", GradientFormat.Float16, 3)]
    public async Task Coarse_numbers_give_the_same_bits_masked_unmasked_and_in_one_place(string ring, GradientFormat gradients, int staleness)
    {
        foreach (int featureParties in (int[])[1, 2, 3])
        {
            var scenario = new TrainingScenario(TaskKind.Binary, featureParties, s => s with
            {
                Privacy = s.Privacy with { Ring = ring },
                Training = s.Training with { Gradients = gradients, Staleness = staleness },
            });

            var fine = new TrainingScenario(
                TaskKind.Binary, featureParties, s => s with { Training = s.Training with { Staleness = staleness } });

            TrainingOutcome central = scenario.Central();

            SplitTrainingTests.Same(central, (await scenario.SplitAsync()).Label.Outcome);
            SplitTrainingTests.Same(central, (await scenario.SplitAsync(new TrainingSwitches { Masks = false, Microbatches = 2 })).Label.Outcome);
            Assert.NotEqual(fine.Central().ModelHash.ToArray(), central.ModelHash.ToArray());
        }
    }

    [Fact]
    public async Task Coarse_numbers_are_half_the_bytes()
    {
        static async Task<long> BytesAsync(string ring, GradientFormat gradients) => (await new TrainingScenario(TaskKind.Binary, 2, s => s with
        {
            Model = s.Model with { Cut = 64 },
            Privacy = s.Privacy with { Ring = ring },
            Training = s.Training with { Gradients = gradients },
        }).SplitAsync()).Label.TotalBytesSent;

        long wide = await BytesAsync("u32.20", GradientFormat.Float32);
        long narrow = await BytesAsync("u16.8", GradientFormat.Float16);

        Assert.InRange(narrow, 0.5 * wide, 0.55 * wide);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    public async Task Small_windows_and_much_under_way_do_not_stop_the_pipeline(int staleness)
    {
        // A batch is 4 times what a channel's window holds, in either direction.
        var scenario = new TrainingScenario(TaskKind.Binary, 2, s => s with
        {
            Model = s.Model with { Cut = 1024 },
            Training = s.Training with { Batch = 128, Epochs = 2, Staleness = staleness, EarlyStopping = new EarlyStoppingSettings { Validation = 0 } },
        });

        var result = await scenario.SplitAsync(window: 128 * 1024);

        SplitTrainingTests.Same(scenario.Central(), result.Label.Outcome);
    }

    /// <summary>What the label party receives and sends, in its order.</summary>
    private sealed class OrderOfMessages(PartyId labelParty) : IChannelObserver
    {
        private readonly Lock _lock = new();
        private int _latest;

        public int MostMicrobatches { get; private set; }

        public bool AnsweredBeforeAllHadCome { get; private set; }

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
            if (type == MessageType.ActivationGradients)
            {
                lock (_lock)
                {
                    int microbatch = MessageCodec.Decode<ActivationGradients>(message).Microbatch;
                    MostMicrobatches = Math.Max(MostMicrobatches, microbatch + 1);
                    AnsweredBeforeAllHadCome |= _latest == microbatch && microbatch < 2;
                }
            }
        }

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
            if (type == MessageType.MaskedActivations && peer != labelParty)
            {
                lock (_lock)
                {
                    _latest = MessageCodec.Decode<MaskedActivations>(message) is { Purpose: ActivationPurpose.Training } m ? m.Microbatch : 0;
                }
            }
        }
    }
}
