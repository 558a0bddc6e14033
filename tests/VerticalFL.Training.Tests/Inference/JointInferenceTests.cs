using System.Collections.Concurrent;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Inference;
using VerticalFL.Training.Split;
using VerticalFL.Training.Tests.Split;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Training.Tests.Inference;

public sealed class JointInferenceTests
{
    private static readonly PartyId Hospital = new("hospital");
    private static readonly PartyId Lab = new("lab");

    [Theory]
    [InlineData(TaskKind.Binary, 1, "u32.20")]
    [InlineData(TaskKind.Binary, 2, "u32.20")]
    [InlineData(TaskKind.Multiclass, 3, "u16.8")]
    [InlineData(TaskKind.Regression, 2, "u32.20")]
    [InlineData(TaskKind.Survival, 4, "u16.8")]
    public async Task Rows_of_the_test_part_get_the_bits_of_the_runs_own_evaluation(TaskKind task, int featureParties, string ring)
    {
        var model = new TrainedModel(new TrainingScenario(task, featureParties, s => s with { Privacy = s.Privacy with { Ring = ring } }));
        PartPredictions test = model.Outcome.PredictionsOf(RowPart.Test);

        // In another order, among other rows, as new patients come.
        int[] rows = [.. test.Rows.Reverse(), .. model.Scenario.Assignment.TrainingRows];
        float[] outputs = await model.PredictAsync(rows);

        int width = test.Outputs.Length / test.Rows.Count;
        for (int i = 0; i < test.Rows.Count; i++)
        {
            Assert.Equal(
                test.Outputs.AsSpan(i * width, width).ToArray().Select(BitConverter.SingleToInt32Bits),
                outputs.AsSpan((test.Rows.Count - 1 - i) * width, width).ToArray().Select(BitConverter.SingleToInt32Bits));
        }
    }

    [Theory]
    [InlineData("u32.20")]
    [InlineData("u16.8")]
    public async Task Without_a_party_rows_get_the_bits_that_the_evaluation_of_the_subset_gave(string ring)
    {
        var model = new TrainedModel(new TrainingScenario(TaskKind.Binary, 3, s => s with
        {
            Privacy = s.Privacy with { Ring = ring },
            Evaluation = new EvaluationSettings { Contributions = [.. s.FeatureParties.Select(p => new[] { p })] },
        }));

        foreach (SubsetPredictions subset in model.Outcome.Subsets.Where(s => s.Present.Count is 1 or 2))
        {
            PartyId[] away = [.. model.Scenario.Study.FeatureParties.Except(subset.Present)];
            Assert.Equal(subset.Test.Outputs, await model.PredictAsync([.. subset.Test.Rows], away: away));
        }
    }

    [Fact]
    public async Task Thousands_of_rows_travel_in_pieces_and_each_row_is_predicted_by_itself()
    {
        var model = new TrainedModel(new TrainingScenario(TaskKind.Regression, 2));
        int[] rows = [.. Enumerable.Range(0, 2500).Select(i => i * 7 % TrainingScenario.Rows)];
        var seen = new Recorder();

        float[] outputs = await model.PredictAsync(rows, observer: p => p == Lab ? seen : null);
        float[] few = await model.PredictAsync([.. Enumerable.Range(0, TrainingScenario.Rows)]);

        Assert.Equal([0, 1, 2], seen.Activations.Select(a => a.Microbatch));
        Assert.Equal(rows.Select(r => few[r]), outputs);
    }

    [Fact]
    public async Task The_same_rows_leave_under_other_masks_every_time()
    {
        var model = new TrainedModel(new TrainingScenario(TaskKind.Binary, 2));
        int[] rows = [.. Enumerable.Range(0, 50)];
        var (first, second) = (new Recorder(), new Recorder());

        float[] once = await model.PredictAsync(rows, observer: p => p == Lab ? first : null);
        float[] again = await model.PredictAsync(rows, observer: p => p == Lab ? second : null);

        Assert.Equal(once, again);
        MaskedActivations a = Assert.Single(first.Activations), b = Assert.Single(second.Activations);
        Assert.Equal(ActivationPurpose.Prediction, a.Purpose);
        Assert.True(a.Values.Span.CommonPrefixLength(b.Values.Span) < 8, "two predictions share their masks");
    }

    [Theory]
    [InlineData(ActivationPurpose.Evaluation, 0, 0, 0, "is due")]
    [InlineData(ActivationPurpose.Prediction, 1, 0, 0, "is due")]
    [InlineData(ActivationPurpose.Prediction, 0, 1, 0, "is due")]
    [InlineData(ActivationPurpose.Prediction, 0, 0, 4, "belong")]
    [InlineData(ActivationPurpose.Prediction, 0, 0, -4, "belong")]
    public async Task Label_party_refuses_activations_that_are_not_due(ActivationPurpose purpose, long step, int microbatch, int moreBytes, string problem)
    {
        var model = new TrainedModel(new TrainingScenario(TaskKind.Binary, 1));
        int[] rows = [0, 1, 2];
        (Channel label, Channel feature) = Channel.CreateInMemoryPair(Hospital, Lab);
        var message = new MaskedActivations
        {
            Purpose = purpose, Step = step, Microbatch = microbatch, Values = new byte[(rows.Length * model.Scenario.Study.Model.Cut * 4) + moreBytes],
        };
        await feature.SendAsync(message, default);

        using IBottomModel own = model.Bottom(Hospital, rows);
        using TopModel top = model.Top();
        PeerProtocolException e = await Assert.ThrowsAsync<PeerProtocolException>(() => LabelPartyInference.RunAsync(
            model.Scenario.Context(Hospital), own, top, new Dictionary<PartyId, Channel> { [Lab] = label }, null, default));

        Assert.Equal(Lab, e.Peer);
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        await Task.WhenAll(label.DisposeAsync().AsTask(), feature.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task A_peer_at_another_attempt_is_refused_before_anything_leaves()
    {
        var model = new TrainedModel(new TrainingScenario(TaskKind.Binary, 2));
        var seen = new Recorder();

        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => model.PredictAsync([0, 1, 2], p => p == Lab ? 2 : 1, p => p == Lab ? seen : null));

        Assert.Contains("attempt", Assert.IsType<PeerProtocolException>(e.InnerException).Message, StringComparison.Ordinal);
        Assert.Empty(seen.Activations);
    }

    private sealed class Recorder : IChannelObserver
    {
        public ConcurrentQueue<MaskedActivations> Activations { get; } = [];

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> payload)
        {
            if (type == MessageType.MaskedActivations)
            {
                Activations.Enqueue(MessageCodec.Decode<MaskedActivations>(payload.ToArray()));
            }
        }

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> payload)
        {
        }
    }
}
