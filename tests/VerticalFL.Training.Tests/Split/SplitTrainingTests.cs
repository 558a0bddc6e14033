using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Split;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class SplitTrainingTests
{
    [Theory]
    [InlineData(TaskKind.Binary, 1)]
    [InlineData(TaskKind.Binary, 2)]
    [InlineData(TaskKind.Multiclass, 3)]
    [InlineData(TaskKind.Regression, 2)]
    [InlineData(TaskKind.Survival, 2)]
    [InlineData(TaskKind.Survival, 4)]
    public async Task Masked_unmasked_and_central_training_give_the_same_bits(TaskKind task, int featureParties)
    {
        var scenario = new TrainingScenario(task, featureParties);

        TrainingOutcome central = scenario.Central();
        var masked = await scenario.SplitAsync();
        var unmasked = await scenario.SplitAsync(new TrainingSwitches { Masks = false });

        Same(central, masked.Label.Outcome);
        Same(central, unmasked.Label.Outcome);
        Assert.All(masked.Features, f =>
        {
            Assert.Equal(central.ModelHash.ToArray(), f.Value.ModelHash.ToArray());
            Assert.Equal(central.Parts.Single(p => p.Party == f.Key).Hash.ToArray(), f.Value.PartHash.ToArray());
            Assert.Equal(central.Steps, f.Value.Steps);
            Assert.Equal(0, f.Value.ShortenedGradients);
        });
    }

    [Theory]
    [InlineData(TaskKind.Binary, 0, 0.2, 0)]
    [InlineData(TaskKind.Regression, 0, 0, 0)]
    [InlineData(TaskKind.Survival, 0, 0.2, 0.3)]
    [InlineData(TaskKind.Multiclass, 1, 0.5, 0)]
    public async Task Members_that_hold_out_rows_of_their_own_have_the_bits_of_central_training(TaskKind task, int staleness, double validation, double partyDropout)
    {
        var scenario = new TrainingScenario(task, 2, s => s with
        {
            Model = s.Model with { Cut = 6, Members = 3 },
            Training = s.Training with
            {
                Staleness = staleness, PartyDropout = partyDropout, EarlyStopping = s.Training.EarlyStopping with { Validation = validation },
            },
            Evaluation = s.Evaluation with { Contributions = partyDropout == 0 ? [] : [.. s.FeatureParties.Select(p => new[] { p })] },
        });
        PartPredictions? judged = null;

        TrainingOutcome central = scenario.Central();
        var split = await scenario.SplitAsync(new TrainingSwitches { Microbatches = 2 }, change: c => c with { ValidationMetric = Judge });

        Same(central, split.Label.Outcome);
        Assert.Empty(scenario.Assignment.ValidationRows);
        Assert.All(split.Label.Outcome.Losses, l => Assert.Equal(validation > 0, l.Validation is not null));
        Assert.Equal(validation > 0, split.Label.Outcome.Predictions.Any(p => p.Part == RowPart.Validation));
        if (validation > 0)
        {
            Assert.Equal(HeldOutRows.Of(scenario.Study, scenario.Assignment)!.Of([.. scenario.Assignment.TrainingRows]).Count(m => m != 0), judged!.Rows.Count);
            Assert.Equal(judged.Rows, split.Label.Outcome.PredictionsOf(RowPart.Validation).Rows);
        }

        double? Judge(PartPredictions part)
        {
            judged = part;
            return null;
        }
    }

    [Fact]
    public async Task Members_learn_from_reported_outcomes_with_the_bits_of_central_training()
    {
        var plain = new TrainingScenario(TaskKind.Binary, 2, s => s with { Model = s.Model with { Cut = 6, Members = 3 } });
        var reported = new TrainingScenario(TaskKind.Binary, 2, _ => plain.Study) { ReportedOtherwise = 0.2 };

        TrainingOutcome central = reported.Central();
        var split = await reported.SplitAsync();

        Same(central, split.Label.Outcome);
        Assert.NotEqual(plain.Central().ModelHash.ToArray(), central.ModelHash.ToArray());
    }

    [Fact]
    public async Task Without_early_stopping_the_last_weights_are_the_result()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, 2, s => s with
        {
            Training = s.Training with { Epochs = 3, EarlyStopping = new EarlyStoppingSettings { Validation = 0 } },
        });

        LabelTrainingResult result = (await scenario.SplitAsync()).Label;

        Same(scenario.Central(), result.Outcome);
        Assert.Equal(2, result.Outcome.BestEpoch);
        Assert.All(result.Outcome.Losses, l => Assert.Null(l.Validation));
        Assert.DoesNotContain(result.Outcome.Predictions, p => p.Part == RowPart.Validation);
    }

    [Fact]
    public async Task Early_stopping_ends_after_patience_and_goes_back_to_the_best_weights()
    {
        // A step size at which the validation loss soon rises.
        var scenario = new TrainingScenario(TaskKind.Binary, 2, s => s with
        {
            Training = s.Training with { Epochs = 40, Optimizer = s.Training.Optimizer with { LearningRate = 0.1 } },
        });

        LabelTrainingResult result = (await scenario.SplitAsync()).Label;

        TrainingOutcome outcome = result.Outcome;
        Same(scenario.Central(), outcome);
        Assert.InRange(outcome.Losses.Count, 3, 39);
        Assert.Equal(outcome.Losses.Count - 1 - 2, outcome.BestEpoch);
        Assert.Equal(outcome.Losses.Min(l => l.Validation), outcome.Losses[outcome.BestEpoch].Validation);
        double loss = scenario.Outcome.MakeLoss(ClassWeights.None).Evaluate(
            outcome.PredictionsOf(RowPart.Validation).Outputs, scenario.Outcome.Gather([.. scenario.Assignment.ValidationRows]), []);
        Assert.Equal(outcome.Losses[outcome.BestEpoch].Validation, loss);
    }

    [Fact]
    public async Task Byte_and_message_counts_are_those_of_the_channels()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, 3);
        var counter = new Counter();

        var (label, features) = await scenario.SplitAsync(observer: counter);

        // Every party counts what it sends but for the summary that carries the count.
        long summaries = counter.Messages[MessageType.PartSummary];
        Assert.Equal(counter.AllMessages - summaries, label.MessagesSent + label.FeatureParties.Values.Sum(p => p.MessagesSent));
        Assert.Equal(counter.AllBytes - counter.Bytes[MessageType.PartSummary], label.TotalBytesSent);
        Assert.Equal(6, counter.Messages[MessageType.MaskContribution]);
        Assert.Equal(3 * label.Outcome.Steps, counter.Messages[MessageType.ActivationGradients]);
        Assert.Equal(features.Values.Sum(f => f.BytesSent), label.FeatureParties.Values.Sum(p => p.BytesSent));
    }

    [Fact]
    public async Task Label_protection_changes_what_leaves_and_nothing_at_home()
    {
        static Study Protect(Study s) => s with { Labels = new LabelSettings { Protection = Messages.Studies.LabelProtection.MaxNorm } };
        var plain = new TrainingScenario(TaskKind.Binary, 2);
        var shielded = new TrainingScenario(TaskKind.Binary, 2, Protect);
        using var seed = new NoiseSeed();

        var first = new GradientRecorder();
        await plain.SplitAsync(observer: first);
        var second = new GradientRecorder();
        LabelTrainingResult result = (await shielded.SplitAsync(observer: second, change: c => c with { NoiseSeed = seed })).Label;
        LabelTrainingResult again = (await shielded.SplitAsync(change: c => c with { NoiseSeed = seed })).Label;

        Assert.NotEqual(first.FirstGradient, second.FirstGradient);
        Assert.Equal(result.Outcome.ModelHash.ToArray(), again.Outcome.ModelHash.ToArray());
        Assert.NotEqual(plain.Central().ModelHash.ToArray(), result.Outcome.ModelHash.ToArray());
    }

    [Fact]
    public void Central_training_with_the_label_party_alone_is_its_baseline()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, 2);

        TrainingOutcome alone = scenario.Central(alone: true);

        Assert.Equal(scenario.Study.LabelParty, Assert.Single(alone.Parts).Party);
        Assert.Equal(scenario.Assignment.TestRows, alone.PredictionsOf(RowPart.Test).Rows);
    }

    internal static void Same(TrainingOutcome expected, TrainingOutcome actual)
    {
        Assert.Equal(expected.Losses, actual.Losses);
        Assert.Equal((expected.BestEpoch, expected.Steps, expected.RowsTrained), (actual.BestEpoch, actual.Steps, actual.RowsTrained));
        Assert.Equal(Convert.ToHexString(expected.ModelHash.Span), Convert.ToHexString(actual.ModelHash.Span));
        Assert.Equal(expected.Predictions.Count, actual.Predictions.Count);
        Assert.All(expected.Predictions, p => Assert.Equal(p.Outputs, actual.PredictionsOf(p.Part).Outputs));
    }

    private sealed class Counter : IChannelObserver
    {
        public Dictionary<MessageType, long> Messages { get; } = [];

        public Dictionary<MessageType, long> Bytes { get; } = [];

        public long AllMessages => Messages.Values.Sum();

        public long AllBytes => Bytes.Values.Sum();

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
            lock (Messages)
            {
                Messages[type] = Messages.GetValueOrDefault(type) + 1;
                Bytes[type] = Bytes.GetValueOrDefault(type) + message.Length;
            }
        }

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
        }
    }

    private sealed class GradientRecorder : IChannelObserver
    {
        public byte[]? FirstGradient { get; private set; }

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
            if (type == MessageType.ActivationGradients)
            {
                FirstGradient ??= message.ToArray();
            }
        }

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
        }
    }
}
