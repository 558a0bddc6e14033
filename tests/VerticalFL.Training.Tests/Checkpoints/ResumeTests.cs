using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Testing;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Split;
using VerticalFL.Training.Tests.Split;
using Xunit;
using Death = VerticalFL.Training.Tests.Checkpoints.InterruptedRun.Death;

namespace VerticalFL.Training.Tests.Checkpoints;

/// <summary>A run that is interrupted anywhere ends as if nothing had happened.</summary>
public sealed class ResumeTests
{
    private static readonly PartyId Hospital = new("hospital");
    private static readonly PartyId Lab = new("lab");
    private static readonly PartyId Pharmacy = new("pharmacy");

    public static TheoryData<string, string, int> Deaths
    {
        get
        {
            var deaths = new TheoryData<string, string, int>();
            (string Party, string[] Once, string[] Often)[] places =
            [
                ("hospital",
                    ["receives TrainingReady", "receives ResumeOffer", "sends ResumeChoice", "receives PartSummary", "sends RunSummary"],
                    ["receives Training activations", "sends ActivationGradients", "receives Validation activations", "sends EpochDecision",
                        "receives Evaluation activations", "receives CheckpointSaved", "writes", "wrote"]),
                ("pharmacy",
                    ["sends MaskContribution", "receives MaskContribution", "sends TrainingReady", "sends ResumeOffer", "receives ResumeChoice",
                        "sends PartSummary", "receives RunSummary"],
                    ["sends Training activations", "receives ActivationGradients", "sends Validation activations", "receives EpochDecision",
                        "sends Evaluation activations", "sends CheckpointSaved", "writes", "wrote"]),
            ];
            foreach ((string party, string[] once, string[] often) in places)
            {
                foreach (string place in once)
                {
                    deaths.Add(party, place, 0);
                }

                foreach (string place in often)
                {
                    deaths.Add(party, place, 0);
                    deaths.Add(party, place, 2);
                }
            }

            return deaths;
        }
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Death_of_a_party_anywhere_changes_nothing(string party, string place, int number)
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary);
        using var run = new InterruptedRun(scenario);

        Assert.Null(await run.RunAsync(new Death(new PartyId(party), place, number)));
        var result = await run.RunAsync();

        Same(scenario.Central(), result);
    }

    [Theory]
    [InlineData(TaskKind.Binary, 1, 2, 1)]
    [InlineData(TaskKind.Multiclass, 3, 1, 1)]
    [InlineData(TaskKind.Regression, 2, 3, 1)]
    [InlineData(TaskKind.Survival, 2, 4, 1)]
    [InlineData(TaskKind.Survival, 2, 4, 3)]
    public async Task Every_task_goes_on_from_the_newest_checkpoint_with_the_same_bits(TaskKind task, int featureParties, int everySteps, int members)
    {
        TrainingScenario scenario = InterruptedRun.Study(task, featureParties, everySteps, s => s with { Model = s.Model with { Members = members } });
        using var run = new InterruptedRun(scenario);

        Assert.Null(await run.RunAsync(new Death(Lab, "receives ActivationGradients", 8)));
        var result = await run.RunAsync();

        Same(scenario.Central(), result);
        Assert.Equal(8 / everySteps * everySteps, result!.Value.Label.ResumedAtStep);
        Assert.All(result.Value.Features.Values, f => Assert.Equal(result.Value.Label.ResumedAtStep, f.ResumedAtStep));
        Assert.Contains(new CheckpointNotice(CheckpointEvent.Resumed, result.Value.Label.ResumedAtStep, null), run.Notices);
    }

    [Theory]
    [InlineData("sends Training activations", 8)]
    [InlineData("sends Evaluation activations", 4)]
    public async Task Who_is_absent_from_a_step_does_not_change_with_the_attempt(string place, int number)
    {
        var scenario = new TrainingScenario(TaskKind.Binary, 2, s => s with
        {
            Training = s.Training with { PartyDropout = 0.4 },
            Checkpoints = new CheckpointSettings { EverySteps = 3 },
            Evaluation = new EvaluationSettings { Contributions = [[Lab], [Pharmacy]] },
        });
        using var run = new InterruptedRun(scenario);

        Assert.Null(await run.RunAsync(new Death(Lab, place, number)));
        var result = await run.RunAsync();

        Same(scenario.Central(), result);
        Assert.True(result!.Value.Label.ResumedAtStep > 0);
        Assert.Equal(scenario.Central().Subsets.Select(s => s.Test.Outputs), result.Value.Label.Outcome.Subsets.Select(s => s.Test.Outputs));
    }

    [Theory]
    [InlineData(1, 4)]
    [InlineData(3, 7)]
    [InlineData(8, null)]
    public async Task With_staleness_a_resumed_run_ends_with_the_same_bits(int staleness, int? everySteps)
    {
        TrainingScenario scenario = InterruptedRun.Study(
            TaskKind.Binary, 2, everySteps, s => s with { Training = s.Training with { Batch = 12, Staleness = staleness } });
        var time = new ManualTime();

        // Half an hour a step: without a number of steps in the study the clock asks for a checkpoint after each, and gets one at the epoch's end.
        using var run = new InterruptedRun(scenario)
        {
            Time = time,
            OnEvent = (_, what) => time.Advance(TimeSpan.FromMinutes(what == "sends ActivationGradients" ? 15 : 0)),
        };

        Assert.Null(await run.RunAsync(new Death(Pharmacy, "receives ActivationGradients", 12)));
        Assert.Null(await run.RunAsync(new Death(Hospital, "sends ActivationGradients", 9)));
        var result = await run.RunAsync();

        Same(scenario.Central(), result);
        Assert.True(result!.Value.Label.ResumedAtStep > 0);
    }

    [Fact]
    public async Task Early_stopping_and_its_kept_weights_survive()
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary, 2, 1, s => s with
        {
            Training = s.Training with { Epochs = 40, Optimizer = s.Training.Optimizer with { LearningRate = 0.1 } },
        });
        TrainingOutcome calm = scenario.Central();
        int best = calm.BestEpoch;
        using var run = new InterruptedRun(scenario);

        // After the best epoch, in the epochs without improvement, and in the evaluation with the weights that were restored.
        Assert.Null(await run.RunAsync(new Death(Hospital, "sends EpochDecision", 2 * (best + 1))));
        Assert.Null(await run.RunAsync(new Death(Pharmacy, "sends Validation activations", 0)));
        Assert.Null(await run.RunAsync(new Death(Hospital, "receives Evaluation activations", 1)));
        var result = await run.RunAsync();

        Assert.True(calm.Losses.Count < 40);
        Same(calm, result);
        Assert.Equal(calm.Steps, result!.Value.Label.ResumedAtStep);
    }

    [Fact]
    public async Task Noise_is_repeated_and_the_label_protected_run_ends_the_same()
    {
        TrainingScenario scenario = InterruptedRun.Study(
            TaskKind.Binary, 2, 4, s => s with { Labels = new LabelSettings { Protection = Messages.Studies.LabelProtection.MaxNorm } });
        using var run = new InterruptedRun(scenario);

        Assert.Null(await run.RunAsync(new Death(Hospital, "sends ActivationGradients", 13)));
        var interrupted = await run.RunAsync();
        foreach (MemoryStore store in run.Stores.Values)
        {
            foreach (long step in store.Steps())
            {
                store.Delete(step);
            }
        }

        var fromTheBeginning = await run.RunAsync();

        Same(fromTheBeginning!.Value.Label.Outcome, interrupted);
        Assert.Equal(4, interrupted!.Value.Label.ResumedAtStep);
        Dictionary<long, byte[]>[] gradients = [.. Enumerable.Range(1, 3).Select(a => run.Sent
            .Where(s => s.Attempt == a && s.Type == MessageType.ActivationGradients && s.To == Lab)
            .Select(s => MessageCodec.Decode<ActivationGradients>(s.Bytes)).ToDictionary(g => g.Step, g => g.Values.ToArray()))];
        Assert.NotEmpty(gradients[0].Keys.Intersect(gradients[1].Keys));
        Assert.All(gradients[0].Keys.Intersect(gradients[1].Keys), step => Assert.Equal(gradients[0][step], gradients[1][step]));
        Assert.All(gradients[1].Keys, step => Assert.Equal(gradients[2][step], gradients[1][step]));
    }

    [Fact]
    public async Task Masks_of_a_repeated_step_are_fresh_and_their_sum_is_the_same()
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary, 2, 4);
        using var run = new InterruptedRun(scenario);
        Assert.Null(await run.RunAsync(new Death(Hospital, "sends ActivationGradients", 13)));
        Assert.NotNull(await run.RunAsync());

        MaskedActivations[] Of(int attempt, PartyId party) => [.. run.Sent.Where(s => s.Attempt == attempt && s.From == party && s.Type == MessageType.MaskedActivations)
            .Select(s => MessageCodec.Decode<MaskedActivations>(s.Bytes))];
        var first = (Of(1, Lab), Of(1, Pharmacy));
        var second = (Of(2, Lab), Of(2, Pharmacy));
        int repeated = 0;
        foreach ((MaskedActivations before, MaskedActivations again) in first.Item1.Join(second.Item1, Key, Key, (a, b) => (a, b)))
        {
            uint[] lab1 = Words(before), lab2 = Words(again);
            uint[] pharmacy1 = Words(first.Item2.Single(m => Key(m) == Key(before))), pharmacy2 = Words(second.Item2.Single(m => Key(m) == Key(before)));

            // Of so many 32-bit words hardly one would be the same by chance.
            Assert.InRange(lab1.Zip(lab2).Count(w => w.First == w.Second), 0, 2);
            Assert.InRange(pharmacy1.Zip(pharmacy2).Count(w => w.First == w.Second), 0, 2);
            Assert.Equal(lab1.Zip(pharmacy1, (a, b) => a + b), lab2.Zip(pharmacy2, (a, b) => a + b));
            repeated++;
        }

        Assert.True(repeated >= 2, $"{repeated} steps were repeated");

        static (ActivationPurpose, long, int) Key(MaskedActivations m) => (m.Purpose, m.Step, m.Microbatch);
        static uint[] Words(MaskedActivations m) => [.. System.Runtime.InteropServices.MemoryMarshal.Cast<byte, uint>(m.Values.Span)];
    }

    [Fact]
    public async Task A_party_that_lost_its_newest_checkpoint_takes_all_back_to_the_one_before()
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary);
        using var run = new InterruptedRun(scenario);
        Assert.Null(await run.RunAsync(new Death(Lab, "receives ActivationGradients", 8)));
        Assert.Equal([6, 8], run.Stores[Lab].Steps());

        run.Stores[Pharmacy].Delete(8);
        var result = await run.RunAsync();

        Same(scenario.Central(), result);
        Assert.Equal(6, result!.Value.Label.ResumedAtStep);
        Assert.All(run.Stores.Values, s => Assert.InRange(s.MostHeld, 1, 2));
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_as_if_it_were_not_there()
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary);
        using var run = new InterruptedRun(scenario);
        Assert.Null(await run.RunAsync(new Death(Lab, "receives ActivationGradients", 8)));

        run.Stores[Hospital].Change(8, content => content[..^5]);
        var result = await run.RunAsync();

        Same(scenario.Central(), result);
        Assert.Equal(6, result!.Value.Label.ResumedAtStep);
    }

    [Theory]
    [InlineData("hospital")]
    [InlineData("pharmacy")]
    public async Task Changed_data_of_one_party_begins_at_the_beginning_and_leaves_no_old_checkpoint(string party)
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary);
        using var run = new InterruptedRun(scenario);
        Assert.Null(await run.RunAsync(new Death(Lab, "receives ActivationGradients", 8)));

        run.DataHashes[new PartyId(party)] = new byte[32];
        Assert.Null(await run.RunAsync(new Death(Lab, "receives ActivationGradients", 0)));
        Assert.All(run.Stores.Values, s => Assert.Empty(s.Steps()));
        var result = await run.RunAsync();

        Same(scenario.Central(), result);
        Assert.Equal(0, result!.Value.Label.ResumedAtStep);
    }

    [Fact]
    public async Task Checkpoints_of_another_course_of_the_run_are_refused()
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary);
        using var run = new InterruptedRun(scenario);
        Assert.Null(await run.RunAsync(new Death(Lab, "receives ActivationGradients", 8)));

        run.Stores[Pharmacy].Change(8, content =>
        {
            Checkpoint other = Checkpoint.Decode(content);
            return CheckpointTests.Encode(other with { Mark = other.Mark with { Transcript = new byte[32] } });
        });
        var e = await Assert.ThrowsAsync<InvalidOperationException>(() => run.RunAsync());

        var broke = Assert.IsType<PeerProtocolException>(e.InnerException);
        Assert.Equal(Pharmacy, broke.Peer);
        Assert.Contains("step 8 belongs to another course", broke.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Sent, s => s.Attempt == 2 && s.Type == MessageType.MaskedActivations);
    }

    [Theory]
    [InlineData("hospital")]
    [InlineData("pharmacy")]
    public async Task A_full_disk_costs_a_checkpoint_and_not_the_run(string party)
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Binary);
        using var run = new InterruptedRun(scenario);
        MemoryStore store = run.Stores[new PartyId(party)];
        Action<long, bool> healthy = store.OnWrite;
        store.OnWrite = (step, over) =>
        {
            if (step is 6 or 8)
            {
                throw new IOException("No space left on device");
            }

            healthy(step, over);
        };

        // The one that nobody can use is dropped by all; from the one before all go on.
        Assert.Null(await run.RunAsync(new Death(Lab, "receives ActivationGradients", 8)));
        Assert.Equal([4], store.Steps());
        Assert.Contains(new CheckpointNotice(CheckpointEvent.NotSaved, 8, new PartyId(party)), run.Notices);
        var result = await run.RunAsync();

        Same(scenario.Central(), result);
        Assert.Equal(4, result!.Value.Label.ResumedAtStep);
        Assert.All(run.Stores.Values, s => Assert.InRange(s.MostHeld, 1, 2));
        Assert.All(run.Stores.Values, s => Assert.Equal([14, 15], s.Steps()));
    }

    [Theory]
    [InlineData(0, new long[] { 15 }, 1)]
    [InlineData(1, new long[] { 12, 15 }, 2)]
    [InlineData(70, new long[] { 14, 15 }, 2)]
    public async Task By_default_short_epochs_are_not_slowed_down_and_long_ones_are_kept(int secondsAStep, long[] steps, int mostHeld)
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Regression, everySteps: null);
        var time = new ManualTime();
        using var run = new InterruptedRun(scenario)
        {
            Time = time,
            OnEvent = (_, what) => time.Advance(TimeSpan.FromSeconds(what == "sends ActivationGradients" ? secondsAStep / 2.0 : 0)),
        };

        Assert.NotNull(await run.RunAsync());

        Assert.All(run.Stores.Values, s => Assert.Equal((mostHeld, string.Join(' ', steps)), (s.MostHeld, string.Join(' ', s.Steps()))));
    }

    [Fact]
    public async Task By_default_writing_takes_a_twentieth_of_the_time_at_most()
    {
        TrainingScenario scenario = InterruptedRun.Study(TaskKind.Regression, everySteps: null);
        var time = new ManualTime();
        int written = 0;
        using var run = new InterruptedRun(scenario)
        {
            Time = time,
            OnEvent = (party, what) =>
            {
                // A step takes a second, and each party's disk another second for a checkpoint; the hospital writes first.
                time.Advance(TimeSpan.FromSeconds(what == "sends ActivationGradients" ? 0.5 : what == "wrote" && party == Hospital ? 1 : 0));
                written += what == "wrote" ? 1 : 0;
            },
        };

        Assert.NotNull(await run.RunAsync());

        // The first is due at once; the next ones would be due after 20 s, when the training is over, which always is a checkpoint.
        Assert.Equal(6, written);
    }

    [Fact]
    public async Task Random_deaths_of_random_parties_change_nothing()
    {
        foreach (int seed in Enumerable.Range(0, 12))
        {
            var random = new Random(seed);
            TrainingScenario scenario = InterruptedRun.Study((TaskKind)(seed % 4), 1 + (seed % 3), 1 + random.Next(4));
            PartyId[] parties = [.. scenario.Study.Parties];
            using var run = new InterruptedRun(scenario);
            var deaths = new List<Death>();
            (LabelTrainingResult, Dictionary<PartyId, FeatureTrainingResult>)? result = null;
            for (int attempt = 0; attempt < 5 && result is null; attempt++)
            {
                deaths.Add(new Death(parties[random.Next(parties.Length)], null, random.Next(80)));
                result = await run.RunAsync(deaths[^1]);
            }

            result ??= await run.RunAsync();
            try
            {
                Same(scenario.Central(), result);
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}, {string.Join("; ", deaths)}: {e.Message}");
            }
        }
    }

    private static void Same(TrainingOutcome calm, (LabelTrainingResult Label, Dictionary<PartyId, FeatureTrainingResult> Features)? result)
    {
        Assert.NotNull(result);
        SplitTrainingTests.Same(calm, result.Value.Label.Outcome);
        Assert.All(result.Value.Features.Values, f => Assert.Equal(calm.ModelHash.ToArray(), f.ModelHash.ToArray()));
        Assert.All(result.Value.Features.Values, f => Assert.Equal((calm.Steps, calm.Losses.Count), (f.Steps, f.Epochs)));
    }
}
