using System.Text.Json;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Testing;
using VerticalFL.Training.Split;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

/// <summary>Parties that are absent from steps of the training, and from the test rows' predictions.</summary>
public sealed class PartyAbsenceTests
{
    [Theory]
    [InlineData(TaskKind.Binary, 1, 0)]
    [InlineData(TaskKind.Binary, 3, 0)]
    [InlineData(TaskKind.Survival, 2, 0)]
    [InlineData(TaskKind.Regression, 2, 3)]
    public async Task Absent_parties_send_masked_zeros_and_learn_nothing_of_the_step(TaskKind task, int featureParties, int staleness)
    {
        TrainingScenario scenario = Scenario(task, featureParties, 0.4, s => s with { Training = s.Training with { Batch = 20, Staleness = staleness } });

        TrainingOutcome central = scenario.Central();
        TrainingOutcome split = (await scenario.SplitAsync()).Label.Outcome;
        TrainingOutcome pieces = (await scenario.SplitAsync(new TrainingSwitches { Masks = false, Microbatches = 2, ByParts = staleness == 0 })).Label.Outcome;

        Same(central, split);
        Same(central, pieces);
        Assert.Equal(1 << featureParties, split.Subsets.Count);
        Assert.NotEqual(Scenario(task, featureParties, 0, s => s with { Training = s.Training with { Batch = 20, Staleness = staleness } }).Central().ModelHash.ToArray(), split.ModelHash.ToArray());
    }

    [Fact]
    public async Task Subsets_without_dropout_leave_the_model_as_it_was()
    {
        var plain = new TrainingScenario(TaskKind.Binary, 2);
        TrainingScenario judged = Scenario(TaskKind.Binary, 2, 0);

        TrainingOutcome outcome = (await judged.SplitAsync()).Label.Outcome;

        SplitTrainingTests.Same((await plain.SplitAsync()).Label.Outcome, outcome);
        Same(judged.Central(), outcome);
        Assert.Equal(["", "lab", "pharmacy", "lab pharmacy"], outcome.Subsets.Select(s => string.Join(' ', s.Present)));
        Assert.Equal(outcome.PredictionsOf(RowPart.Test).Outputs, outcome.Subsets[^1].Test.Outputs);
        Assert.Equal(4, outcome.Subsets.Select(s => s.Test.Outputs[0]).Distinct().Count());
    }

    [Fact]
    public async Task Label_party_gets_as_many_and_as_long_messages_whoever_is_absent()
    {
        var counter = new SizeObserver();
        TrainingScenario scenario = Scenario(TaskKind.Binary, 3, 0.5);

        await scenario.SplitAsync(observer: counter);

        (MessageType, int)[] lab = counter.Of("lab");
        Assert.NotEmpty(lab);
        Assert.Equal(lab, counter.Of("pharmacy"));
        Assert.Equal(6, counter.Contributions);
        Assert.False(counter.ContributionReachedLabelParty);
    }

    [Fact]
    public void Draws_come_at_the_studys_rate_for_whole_groups_and_repeat()
    {
        var groups = (Study s) => s with { Evaluation = new EvaluationSettings { Contributions = [[new("biobank"), new("lab")], [new("pharmacy")]] } };
        using PartyAbsence absence = Scenario(TaskKind.Binary, 3, 0.3, groups).Absence();
        using PartyAbsence again = Scenario(TaskKind.Binary, 3, 0.3, groups).Absence();

        bool[] lab = [.. Enumerable.Range(0, 10_000).Select(s => absence.IsAbsent(new("lab"), s))];
        bool[] biobank = [.. Enumerable.Range(0, 10_000).Select(s => again.IsAbsent(new("biobank"), s))];
        bool[] pharmacy = [.. Enumerable.Range(0, 10_000).Select(s => absence.IsAbsent(new("pharmacy"), s))];

        Assert.Equal(lab, biobank);
        Assert.InRange(lab.Count(a => a), 2800, 3200);
        Assert.InRange(lab.Zip(pharmacy).Count(p => p.First && p.Second), 800, 1000);
    }

    [Fact]
    public void Draws_are_those_of_the_vectors()
    {
        AbsenceVectors vectors = JsonSerializer.Deserialize<AbsenceVectors>(
            File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "training", "vectors", "absence.json")), JsonSerializerOptions.Web)!;
        Assert.NotEmpty(vectors.Cases);
        foreach (AbsenceCase c in vectors.Cases)
        {
            PartyId[] parties = [.. c.Contributions.Keys.Order(StringComparer.Ordinal).Select(p => new PartyId(p))];
            Study study = Scenario(TaskKind.Binary, 3, c.Rate).Study with { FeatureParties = parties };
            study = study with { Evaluation = new EvaluationSettings { Contributions = [.. c.Groups.Select(g => g.Select(p => new PartyId(p)).ToArray())] } };
            using PartyAbsence absence = PartyAbsence.Of(
                study, StudyId.FromBytes(Convert.FromHexString(c.Study)), c.Contributions.ToDictionary(k => new PartyId(k.Key), k => (ReadOnlyMemory<byte>)Convert.FromHexString(k.Value)));

            Assert.All(c.Absent, a => Assert.Equal(a.Parties, parties.Where(p => absence.IsAbsent(p, a.Step)).Select(p => p.Value)));
        }
    }

    private static void Same(TrainingOutcome expected, TrainingOutcome actual)
    {
        SplitTrainingTests.Same(expected, actual);
        Assert.Equal(expected.Subsets.Select(s => string.Join(' ', s.Present)), actual.Subsets.Select(s => string.Join(' ', s.Present)));
        Assert.All(expected.Subsets.Zip(actual.Subsets), p => Assert.Equal(p.First.Test.Outputs, p.Second.Test.Outputs));
    }

    private static TrainingScenario Scenario(TaskKind task, int featureParties, double rate, Func<Study, Study>? change = null) => new(task, featureParties, s =>
    {
        Study each = s with { Evaluation = new EvaluationSettings { Contributions = [.. s.FeatureParties.Select(p => new[] { p })] } };
        Study changed = change is null ? each : change(each);
        return changed with { Training = changed.Training with { PartyDropout = rate } };
    });

    private sealed class SizeObserver : IChannelObserver
    {
        private readonly Dictionary<string, List<(MessageType, int)>> _received = [];

        public int Contributions { get; private set; }

        public bool ContributionReachedLabelParty { get; private set; }

        public (MessageType, int)[] Of(string party) => [.. _received[party]];

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
            lock (_received)
            {
                Contributions += type == MessageType.AbsenceContribution ? 1 : 0;
                ContributionReachedLabelParty |= type == MessageType.AbsenceContribution && peer.Value == "hospital";
            }
        }

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
            lock (_received)
            {
                if (type == MessageType.MaskedActivations)
                {
                    if (!_received.TryGetValue(peer.Value, out List<(MessageType, int)>? list))
                    {
                        _received.Add(peer.Value, list = []);
                    }

                    list.Add((type, message.Length));
                }
            }
        }
    }

    private sealed record AbsenceVectors(IReadOnlyList<AbsenceCase> Cases);

    private sealed record AbsenceCase(
        string Study, double Rate, IReadOnlyDictionary<string, string> Contributions, IReadOnlyList<IReadOnlyList<string>> Groups, IReadOnlyList<AbsentAt> Absent);

    private sealed record AbsentAt(long Step, IReadOnlyList<string> Parties);
}
