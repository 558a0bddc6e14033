using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Split;
using VerticalFL.Training.Tests.Checkpoints;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

/// <summary>The second training of a study with refit, in which validation rows train too.</summary>
public sealed class RefitTests
{
    [Fact]
    public void ForRefit_lets_validation_rows_train_and_leaves_test_rows_alone()
    {
        RowAssignment rows = new TrainingScenario(TaskKind.Binary, 2).Assignment;

        RowAssignment refit = rows.ForRefit();

        Assert.NotEmpty(rows.ValidationRows);
        Assert.Empty(refit.ValidationRows);
        Assert.Equal(rows.TrainingRows.Concat(rows.ValidationRows).Order(), refit.TrainingRows);
        Assert.Equal(rows.TestRows, refit.TestRows);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task Split_refit_has_the_bits_of_central_training_on_all_training_rows(int staleness)
    {
        var scenario = new TrainingScenario(TaskKind.Survival, 2, s => s with
        {
            Training = s.Training with { Staleness = staleness, EarlyStopping = new EarlyStoppingSettings { Refit = true } },
        });

        LabelTrainingResult first = (await scenario.SplitAsync(change: c => c.ForModel(0, null))).Label;
        int epochs = first.Outcome.BestEpoch + 1;
        var second = new TrainingScenario(scenario.Study.Task.Kind, 2, _ => scenario.Study.ForRefit(epochs)) { Assignment = scenario.Assignment.ForRefit() };
        LabelTrainingResult result = (await second.SplitAsync(change: c => (c with { Study = scenario.Study }).ForRefit(0, epochs, null))).Label;

        Assert.DoesNotContain(first.Outcome.Predictions, p => p.Part == RowPart.Test);
        SplitTrainingTests.Same(second.Central(), result.Outcome);
        Assert.Equal(epochs, result.Outcome.Losses.Count);
        Assert.Equal(scenario.Assignment.TrainingRows.Count + scenario.Assignment.ValidationRows.Count, result.Outcome.PredictionsOf(RowPart.Training).Rows.Count);
        Assert.Contains(result.Outcome.Predictions, p => p.Part == RowPart.Test);
    }

    [Fact]
    public async Task Refit_does_not_go_on_from_a_checkpoint_of_a_refit_of_another_length()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, 2, s => s with
        {
            Training = s.Training with { EarlyStopping = new EarlyStoppingSettings { Refit = true } }, Checkpoints = new CheckpointSettings { EverySteps = 1 },
        });
        Dictionary<PartyId, MemoryStore> stores = scenario.Study.Parties.ToDictionary(p => p, _ => new MemoryStore());

        await RefitAsync(2, stores);
        LabelTrainingResult again = await RefitAsync(2, stores);
        LabelTrainingResult longer = await RefitAsync(3, stores);
        LabelTrainingResult fresh = await RefitAsync(3, scenario.Study.Parties.ToDictionary(p => p, _ => new MemoryStore()));

        Assert.True(again.ResumedAtStep > 0);
        Assert.Equal(0, longer.ResumedAtStep);
        Assert.Equal(3, longer.Outcome.Losses.Count);
        Assert.Equal(fresh.Outcome.ModelHash.ToArray(), longer.Outcome.ModelHash.ToArray());

        async Task<LabelTrainingResult> RefitAsync(int epochs, Dictionary<PartyId, MemoryStore> kept)
        {
            var second = new TrainingScenario(TaskKind.Binary, 2, _ => scenario.Study.ForRefit(epochs)) { Assignment = scenario.Assignment.ForRefit() };
            return (await second.SplitAsync(change: c => (c with
            {
                Study = scenario.Study, Checkpointing = new Checkpointing { Store = kept[c.Self], DataHash = scenario.DataHash(c.Self) },
            }).ForRefit(0, epochs, null))).Label;
        }
    }

    [Fact]
    public async Task First_training_sends_the_test_rows_with_no_subset_of_the_parties()
    {
        static Study WithSubsets(Study s, bool refit) => s with
        {
            Training = s.Training with { EarlyStopping = s.Training.EarlyStopping with { Refit = refit } },
            Evaluation = s.Evaluation with { Contributions = [.. s.FeatureParties.Select(p => new[] { p })] },
        };
        var once = new Evaluations();
        var first = new Evaluations();

        await new TrainingScenario(TaskKind.Binary, 2, s => WithSubsets(s, refit: false)).SplitAsync(observer: once, change: c => c.ForModel(0, null));
        LabelTrainingResult result = (await new TrainingScenario(TaskKind.Binary, 2, s => WithSubsets(s, refit: true)).SplitAsync(observer: first, change: c => c.ForModel(0, null))).Label;

        Assert.Empty(result.Outcome.Subsets);
        Assert.Contains((long)RowPart.Test, once.Steps);
        Assert.Contains((long)RowPart.Test + 1, once.Steps);
        Assert.Equal([(long)RowPart.Training, (long)RowPart.Validation], first.Steps.Distinct().Order());
    }

    /// <summary>The evaluations that feature parties send.</summary>
    private sealed class Evaluations : IChannelObserver
    {
        private readonly Lock _lock = new();

        public List<long> Steps { get; } = [];

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
            if (type == MessageType.MaskedActivations && MessageCodec.Decode<MaskedActivations>(message.ToArray()) is { Purpose: ActivationPurpose.Evaluation } sent)
            {
                lock (_lock)
                {
                    Steps.Add(sent.Step);
                }
            }
        }

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
        }
    }
}
