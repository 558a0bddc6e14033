using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Split;
using VerticalFL.Training.Tests.Checkpoints;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

/// <summary>Each side against a peer that sends what no honest party sends.</summary>
public sealed class HostilePeerTests
{
    private static readonly PartyId Hospital = new("hospital");
    private static readonly PartyId Lab = new("lab");
    private static readonly TrainingScenario Scenario = new(TaskKind.Binary, 1);
    private static readonly int FirstBatch = PublicOrder.EpochBatches(
        Scenario.Study.Seed, 0, [.. Scenario.Assignment.TrainingRows], Scenario.Study.Training.Batch)[0].Length;

    private static int Cut => Scenario.Study.Model.Cut;

    [Theory]
    [InlineData(2, 0, 0, false, "attempt 2")]
    [InlineData(1, 1, 0, false, "161 rows")]
    [InlineData(1, 0, 1, false, "7 wide")]
    [InlineData(1, 0, 0, true, "another row assignment")]
    public async Task Label_party_refuses_a_ready_that_differs(int attempt, int moreRows, int moreCut, bool otherHash, string problem)
    {
        await LabelRefusesAsync(problem, channel => channel.SendAsync(
            Ready() with
            {
                Attempt = attempt,
                Rows = TrainingScenario.Rows + moreRows,
                CutWidth = Cut + moreCut,
                AssignmentHash = otherHash ? new byte[32] : Scenario.Assignment.Hash,
            },
            default).AsTask());
    }

    [Theory]
    [InlineData(ActivationPurpose.Validation, 0, 0, 0, "is due")]
    [InlineData(ActivationPurpose.Training, 1, 0, 0, "is due")]
    [InlineData(ActivationPurpose.Training, 0, 1, 0, "is due")]
    [InlineData(ActivationPurpose.Training, 0, 0, 4, "belong")]
    [InlineData(ActivationPurpose.Training, 0, 0, -1, "belong")]
    public async Task Label_party_refuses_activations_that_are_not_due(ActivationPurpose purpose, long step, int microbatch, int moreBytes, string problem)
    {
        await LabelRefusesAsync(problem, async channel =>
        {
            await channel.SendAsync(Ready(), default);
            await channel.SendAsync(new ResumeOffer { Held = [] }, default);
            await channel.SendAsync(
                new MaskedActivations { Purpose = purpose, Step = step, Microbatch = microbatch, Values = new byte[(FirstBatch * Cut * 4) + moreBytes] }, default);
        });
    }

    [Fact]
    public async Task Label_party_refuses_another_message() =>
        await LabelRefusesAsync("TrainingReady", channel => channel.SendAsync(new EpochDecision { Epoch = 0, Outcome = EpochOutcome.Stop }, default).AsTask());

    [Theory]
    [InlineData(1, 0, 0, 0f, "we are at 0")]
    [InlineData(0, 1, 0, 0f, "we are at 0/0")]
    [InlineData(0, 0, 4, 0f, "belong")]
    [InlineData(0, 0, -4, 0f, "belong")]
    [InlineData(0, 0, 0, float.NaN, "NaN or infinite at step 0")]
    [InlineData(0, 0, 0, float.PositiveInfinity, "NaN or infinite at step 0")]
    public async Task Feature_party_refuses_wrong_gradients(long step, int microbatch, int moreBytes, float last, string problem)
    {
        await FeatureRefusesAsync(problem, async channel =>
        {
            await BeginAsync(channel);
            await channel.ReceiveAsync<MaskedActivations>(default);
            byte[] values = new byte[(FirstBatch * Cut * sizeof(float)) + moreBytes];
            BitConverter.TryWriteBytes(values.AsSpan(values.Length - sizeof(float)), last);
            await channel.SendAsync(new ActivationGradients { Step = step, Microbatch = microbatch, Values = values }, default);
        });
    }

    [Theory]
    [InlineData(1, EpochOutcome.Continue)]
    [InlineData(0, EpochOutcome.StopAndRestore)]
    [InlineData(0, EpochOutcome.Stop)]
    public async Task Feature_party_refuses_a_decision_that_cannot_follow(int epoch, EpochOutcome outcome)
    {
        await FeatureRefusesAsync("cannot follow epoch 0", async channel =>
        {
            await BeginAsync(channel);
            for (long step = 0; ; step++)
            {
                MaskedActivations activations = await channel.ReceiveAsync<MaskedActivations>(default);
                if (activations.Purpose != ActivationPurpose.Training)
                {
                    break;
                }

                await channel.SendAsync(new ActivationGradients { Step = step, Microbatch = 0, Values = new byte[activations.Values.Length] }, default);
            }

            await channel.SendAsync(new EpochDecision { Epoch = epoch, Outcome = outcome }, default);
        });
    }

    [Theory]
    [InlineData("parties")]
    [InlineData("own hash")]
    [InlineData("model hash")]
    public async Task Feature_party_refuses_a_summary_that_does_not_check(string wrong)
    {
        // One epoch of one batch, so that the label party's part is a handful of messages.
        var scenario = new TrainingScenario(TaskKind.Binary, 1, s => s with
        {
            Training = s.Training with { Epochs = 1, Batch = 1000, EarlyStopping = new EarlyStoppingSettings { Validation = 0 } },
        });
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        Task<FeatureTrainingResult> training = FeatureAsync(scenario, lab);
        await BeginAsync(hospital);
        MaskedActivations activations = await hospital.ReceiveAsync<MaskedActivations>(default);
        await hospital.SendAsync(new ActivationGradients { Step = 0, Microbatch = 0, Values = new byte[activations.Values.Length] }, default);
        await hospital.SendAsync(new EpochDecision { Epoch = 0, Outcome = EpochOutcome.Stop }, default);
        await hospital.ReceiveAsync<MaskedActivations>(default);
        await hospital.ReceiveAsync<MaskedActivations>(default);
        PartSummary part = await hospital.ReceiveAsync<PartSummary>(default);
        ModelPart[] parts =
        [
            new(Hospital, new byte[32]),
            new(wrong == "parties" ? new PartyId("pharmacy") : Lab, wrong == "own hash" ? new byte[32] : part.PartHash),
        ];
        byte[] hash = wrong == "model hash" ? new byte[32] : ModelHash.Of(parts);

        await hospital.SendAsync(new RunSummary { Parts = parts, ModelHash = hash }, default);

        await Assert.ThrowsAsync<PeerProtocolException>(() => training);
    }

    [Fact]
    public async Task Feature_party_refuses_a_checkpoint_that_it_did_not_offer()
    {
        await FeatureRefusesAsync("step 5, which we did not offer", async channel =>
        {
            await channel.ReceiveAsync<TrainingReady>(default);
            await channel.ReceiveAsync<ResumeOffer>(default);
            await channel.SendAsync(new ResumeChoice { Chosen = new CheckpointMark(5, new byte[32]) }, default);
        });
    }

    [Fact]
    public async Task Feature_party_refuses_an_announcement_that_builds_on_a_step_it_does_not_hold()
    {
        await FeatureRefusesAsync("all hold step 1, which we do not", async channel =>
        {
            await BeginAsync(channel);
            await AnswerAsync(channel, 0, checkpoint: 1);
        });
    }

    [Fact]
    public async Task Feature_party_refuses_an_announcement_at_the_last_batch_of_an_epoch()
    {
        int batches = PublicOrder.EpochBatches(Scenario.Study.Seed, 0, [.. Scenario.Assignment.TrainingRows], Scenario.Study.Training.Batch).Count;
        await FeatureRefusesAsync("before the epoch's decision", async channel =>
        {
            await BeginAsync(channel);
            for (int step = 0; step < batches; step++)
            {
                await AnswerAsync(channel, step, step == batches - 1 ? 0 : null);
            }
        });
    }

    [Fact]
    public async Task Feature_party_refuses_an_announcement_while_later_steps_are_under_way()
    {
        var stale = new TrainingScenario(TaskKind.Binary, 1, s => s with { Training = s.Training with { Staleness = 1 } });
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        Task<FeatureTrainingResult> training = FeatureAsync(stale, lab);
        await BeginAsync(hospital);
        await AnswerAsync(hospital, 0, checkpoint: 0);

        var e = await Assert.ThrowsAsync<PeerProtocolException>(() => training);

        Assert.Contains("a checkpoint of step 1 while later steps are under way", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feature_party_refuses_an_announcement_within_a_step()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, 1, s => s with { Model = s.Model with { Cut = 512 } });
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        Task<FeatureTrainingResult> training = FeatureAsync(scenario, lab);
        await BeginAsync(hospital);
        MaskedActivations first = await hospital.ReceiveAsync<MaskedActivations>(default);
        MaskedActivations second = await hospital.ReceiveAsync<MaskedActivations>(default);
        await hospital.SendAsync(new ActivationGradients { Step = 0, Microbatch = 0, Values = new byte[first.Values.Length], Checkpoint = 0 }, default);
        await hospital.SendAsync(new ActivationGradients { Step = 0, Microbatch = 1, Values = new byte[second.Values.Length] }, default);

        var e = await Assert.ThrowsAsync<PeerProtocolException>(() => training);

        Assert.Contains("a checkpoint within step 0", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Label_party_refuses_an_answer_for_another_checkpoint()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, 1, s => s with { Checkpoints = new CheckpointSettings { EverySteps = 1 } });
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        var checkpointing = new Checkpointing { Store = new MemoryStore(), DataHash = new byte[32] };
        Task<LabelTrainingResult> training = LabelPartyTraining.RunAsync(
            scenario.Context(Hospital) with { Checkpointing = checkpointing }, scenario.Bottom(Hospital), scenario.Top(), scenario.Outcome,
            scenario.Assignment, new Dictionary<PartyId, Channel> { [Lab] = hospital }, null, default);
        await lab.SendAsync(Ready(), default);
        await lab.SendAsync(new ResumeOffer { Held = [] }, default);
        await lab.SendAsync(
            new MaskedActivations { Purpose = ActivationPurpose.Training, Step = 0, Microbatch = 0, Values = new byte[FirstBatch * Cut * sizeof(uint)] }, default);

        await lab.SendAsync(new CheckpointSaved { Step = 2, Saved = true }, default);

        var e = await Assert.ThrowsAsync<PeerProtocolException>(() => training);
        Assert.Contains("answers for step 2, we are at 1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Feature_party_shortens_gradients_beyond_its_bound_and_counts_them()
    {
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        var scenario = new TrainingScenario(TaskKind.Binary, 1, s => s with
        {
            Training = s.Training with { Epochs = 1, Batch = 1000, EarlyStopping = new EarlyStoppingSettings { Validation = 0 } },
        });
        Task<FeatureTrainingResult> training = FeatureAsync(scenario, lab);
        await BeginAsync(hospital);
        MaskedActivations activations = await hospital.ReceiveAsync<MaskedActivations>(default);
        byte[] values = new byte[activations.Values.Length];
        BitConverter.TryWriteBytes(values.AsSpan(0), 1e6f);
        await hospital.SendAsync(new ActivationGradients { Step = 0, Microbatch = 0, Values = values }, default);
        await hospital.SendAsync(new EpochDecision { Epoch = 0, Outcome = EpochOutcome.Stop }, default);
        await hospital.ReceiveAsync<MaskedActivations>(default);
        await hospital.ReceiveAsync<MaskedActivations>(default);
        PartSummary part = await hospital.ReceiveAsync<PartSummary>(default);
        ModelPart[] parts = [new(Hospital, new byte[32]), new(Lab, part.PartHash)];
        await hospital.SendAsync(new RunSummary { Parts = parts, ModelHash = ModelHash.Of(parts) }, default);

        Assert.Equal(1, (await training).ShortenedGradients);
    }

    [Fact]
    public async Task Channels_that_are_not_the_studys_are_refused_before_anything_is_sent()
    {
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);

        await Assert.ThrowsAsync<ArgumentException>(() => LabelPartyTraining.RunAsync(
            Scenario.Context(Hospital), Scenario.Bottom(Hospital), Scenario.Top(), Scenario.Outcome, Scenario.Assignment,
            new Dictionary<PartyId, Channel>(), null, default));
        await Assert.ThrowsAsync<ArgumentException>(() => FeaturePartyTraining.RunAsync(
            Scenario.Context(Lab), Scenario.Bottom(Lab), Scenario.Assignment, hospital, new Dictionary<PartyId, Channel>(), null, default));
        await Assert.ThrowsAsync<ArgumentException>(() => FeaturePartyTraining.RunAsync(
            Scenario.Context(Hospital), Scenario.Bottom(Lab), Scenario.Assignment, lab, new Dictionary<PartyId, Channel>(), null, default));
        Assert.Equal(0, lab.BytesSent);
    }

    [Fact]
    public async Task Cancellation_ends_both_sides()
    {
        using var cancellation = new CancellationTokenSource();
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        Task<LabelTrainingResult> label = LabelAsync(hospital, cancellation.Token);
        Task<FeatureTrainingResult> feature = FeatureAsync(Scenario, Channel.CreateInMemoryPair(Lab, Hospital).A, cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => label);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feature);
        Assert.Equal(0, lab.BytesReceived);
    }

    private static async Task BeginAsync(Channel feature)
    {
        await feature.ReceiveAsync<TrainingReady>(default);
        await feature.ReceiveAsync<ResumeOffer>(default);
        await feature.SendAsync(new ResumeChoice { Chosen = null }, default);
    }

    private static async Task AnswerAsync(Channel feature, long step, long? checkpoint)
    {
        MaskedActivations activations = await feature.ReceiveAsync<MaskedActivations>(default);
        await feature.SendAsync(new ActivationGradients { Step = step, Microbatch = 0, Values = new byte[activations.Values.Length], Checkpoint = checkpoint }, default);
    }

    private static TrainingReady Ready() => new()
    {
        Attempt = 1, Rows = TrainingScenario.Rows, CutWidth = Cut, AssignmentHash = Scenario.Assignment.Hash,
    };

    private static async Task LabelRefusesAsync(string problem, Func<Channel, Task> peer)
    {
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        Task<LabelTrainingResult> training = LabelAsync(hospital, default);
        await peer(lab);

        var e = await Assert.ThrowsAsync<PeerProtocolException>(() => training);

        Assert.Equal(Lab, e.Peer);
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    private static async Task FeatureRefusesAsync(string problem, Func<Channel, Task> peer)
    {
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        Task<FeatureTrainingResult> training = FeatureAsync(Scenario, lab);
        await peer(hospital);

        var e = await Assert.ThrowsAsync<PeerProtocolException>(() => training);

        Assert.Equal(Hospital, e.Peer);
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    private static Task<LabelTrainingResult> LabelAsync(Channel lab, CancellationToken cancellationToken) => LabelPartyTraining.RunAsync(
        Scenario.Context(Hospital), Scenario.Bottom(Hospital), Scenario.Top(), Scenario.Outcome, Scenario.Assignment,
        new Dictionary<PartyId, Channel> { [Lab] = lab }, null, cancellationToken);

    private static Task<FeatureTrainingResult> FeatureAsync(
        TrainingScenario scenario, Channel labelParty, CancellationToken cancellationToken = default) => FeaturePartyTraining.RunAsync(
        scenario.Context(Lab), scenario.Bottom(Lab), scenario.Assignment, labelParty, new Dictionary<PartyId, Channel>(), null, cancellationToken);
}
