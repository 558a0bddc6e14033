using System.Text.Json.Nodes;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Testing;
using VerticalFL.Training.Split;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class RowAssignmentTests
{
    private static readonly PartyId Hospital = new("hospital");
    private static readonly PartyId Lab = new("lab");

    [Fact]
    public void Build_follows_the_declared_split_and_leaves_other_values_out()
    {
        SplitAssignment split = Split(Enumerable.Range(0, 100).Select(i => (i % 10) switch
        {
            0 or 1 => RowUse.Test,
            2 or 3 => RowUse.Unused,
            _ => RowUse.Train,
        }));

        RowAssignment a = RowAssignment.Build(Study(), 100, split);

        Assert.Equal([.. Enumerable.Range(0, 100).Where(i => i % 10 < 2)], a.TestRows);
        Assert.Equal(20, a.UnusedCount);
        Assert.Equal(12, a.ValidationRows.Count);
        Assert.Equal([.. Enumerable.Range(0, 100).Where(i => i % 10 >= 4)], a.TrainingRows.Concat(a.ValidationRows).Order());
    }

    [Fact]
    public void Build_without_a_split_draws_the_test_fraction_by_the_seed()
    {
        RowAssignment a = RowAssignment.Build(Study(), 200, null);
        RowAssignment again = RowAssignment.Build(Study(), 200, null);
        RowAssignment other = RowAssignment.Build(Study() with { Seed = 8 }, 200, null);

        Assert.Equal((60, 28, 112), (a.TestRows.Count, a.ValidationRows.Count, a.TrainingRows.Count));
        Assert.Equal(a.Hash.ToArray(), again.Hash.ToArray());
        Assert.NotEqual(a.Hash.ToArray(), other.Hash.ToArray());
    }

    [Theory]
    [InlineData(RowUse.Train)]
    [InlineData(RowUse.Test)]
    [InlineData(RowUse.Unused)]
    public void Build_with_an_empty_part_says_which(RowUse everywhere)
    {
        var e = Assert.Throws<InvalidOperationException>(() => RowAssignment.Build(Study(), 10, Split(Enumerable.Repeat(everywhere, 10))));

        Assert.Contains(everywhere == RowUse.Train ? "No test row" : "No training row", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(14)]
    public void Fold_tests_every_training_and_validation_row_once_and_no_other(int folds)
    {
        Study study = Folded(folds);
        RowAssignment whole = RowAssignment.Build(study, 207, null);
        int[] dealt = [.. whole.TrainingRows.Concat(whole.ValidationRows).Order()];

        RowAssignment[] all = [.. Enumerable.Range(0, folds).Select(f => whole.Fold(study, f))];

        Assert.Equal(dealt, all.SelectMany(f => f.TestRows).Order());
        Assert.InRange(all.Max(f => f.TestRows.Count) - all.Min(f => f.TestRows.Count), 0, 1);
        Assert.All(all, f => Assert.Equal(dealt, f.TrainingRows.Concat(f.ValidationRows).Concat(f.TestRows).Order()));
        Assert.All(all, f => Assert.Equal((int)Math.Round(0.2 * (dealt.Length - f.TestRows.Count), MidpointRounding.ToEven), f.ValidationRows.Count));
        Assert.Equal(folds, all.Select(f => Convert.ToHexString(f.Hash.Span)).Distinct().Count());
    }

    [Fact]
    public async Task Members_hold_out_rows_of_their_own_so_that_no_row_validates_for_all()
    {
        Study study = Folded(5) with { Model = new ModelSettings { Members = 3 } };
        RowAssignment whole = RowAssignment.Build(study, 207, null);
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        await RowAssignment.Build(study with { Model = new ModelSettings() }, 207, null).SendAsync(hospital, default);

        var e = await Assert.ThrowsAsync<PeerProtocolException>(() => RowAssignment.ReceiveAsync(study, 207, lab, default));

        Assert.Contains("assigns validation rows", e.Message, StringComparison.Ordinal);
        Assert.Equal((145, 0, 29), (whole.TrainingRows.Count, whole.ValidationRows.Count, whole.HeldOutByEach(study)));
        RowAssignment[] folds = [.. Enumerable.Range(0, 5).Select(f => whole.Fold(study, f))];
        Assert.All(folds, f => Assert.Equal((116, 0, 29, 23), (f.TrainingRows.Count, f.ValidationRows.Count, f.TestRows.Count, f.HeldOutByEach(study))));
        Assert.Contains("No validation row", Assert.Throws<InvalidOperationException>(() => RowAssignment.Build(study, 3, null)).Message, StringComparison.Ordinal);
        await hospital.DisposeAsync();
        await lab.DisposeAsync();
    }

    [Fact]
    public void Fold_matches_the_vectors()
    {
        JsonNode root = JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "training", "vectors", "public-order.json")))!;
        foreach (JsonNode? c in root["folds"]!.AsArray())
        {
            Study study = Folded(c!["folds"]!.GetValue<int>()) with { Seed = c["seed"]!.GetValue<int>() };
            byte[] parts = [.. c["parts"]!.AsArray().Select(v => v!.GetValue<byte>())];
            var uses = parts.Select(p => p switch { 0 => RowUse.Unused, 3 => RowUse.Test, _ => RowUse.Train });
            study = study with { Training = study.Training with { EarlyStopping = study.Training.EarlyStopping with { Validation = c["validation"]!.GetValue<double>() } } };
            RowAssignment whole = RowAssignment.Build(study, parts.Length, Split(uses));
            Assert.Equal(parts, Enumerable.Range(0, parts.Length).Select(r => (byte)whole[r]));

            for (int f = 0; f < study.FoldCount; f++)
            {
                RowAssignment fold = whole.Fold(study, f);
                Assert.Equal(c["assignments"]![f]!.AsArray().Select(v => v!.GetValue<byte>()), Enumerable.Range(0, parts.Length).Select(r => (byte)fold[r]));
            }
        }
    }

    [Theory]
    [InlineData(140, 20, 0.2, "20 folds of 140 training and validation rows have fewer than 10 each; lower evaluation.folds")]
    [InlineData(60, 2, 0.01, "2 folds of 60 training and validation rows leave none to validate")]
    public void Build_with_too_few_rows_for_the_folds_says_so(int rows, int folds, double validation, string problem)
    {
        Study study = Folded(folds);
        study = study with { Training = study.Training with { EarlyStopping = new EarlyStoppingSettings { Validation = validation } } };

        var e = Assert.Throws<InvalidOperationException>(() => RowAssignment.Build(study, rows + 9, Split([.. Enumerable.Repeat(RowUse.Test, 9), .. Enumerable.Repeat(RowUse.Train, rows)])));

        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceiveAsync_refuses_too_few_rows_for_the_folds()
    {
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        await hospital.SendAsync(new RowAssignmentMessage { Parts = new byte[] { 1, 2, 3, 1 } }, default);

        var e = await Assert.ThrowsAsync<PeerProtocolException>(() => RowAssignment.ReceiveAsync(Folded(2), 4, lab, default));

        Assert.Contains("2 folds of 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReceiveAsync_gives_what_was_sent()
    {
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        RowAssignment sent = RowAssignment.Build(Study(), 50, null);

        await sent.SendAsync(hospital, default);
        RowAssignment received = await RowAssignment.ReceiveAsync(Study(), 50, lab, default);

        Assert.Equal(sent.Hash.ToArray(), received.Hash.ToArray());
        Assert.Equal(sent.ValidationRows, received.ValidationRows);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3, 1, 1 }, "assigns 5 rows")]
    [InlineData(new byte[] { 1, 2, 3, 4 }, "unknown part")]
    [InlineData(new byte[] { 1, 2, 1, 1 }, "no test row")]
    [InlineData(new byte[] { 0, 2, 3, 3 }, "no training row")]
    [InlineData(new byte[] { 1, 1, 3, 3 }, "no validation row")]
    public async Task ReceiveAsync_refuses_what_no_honest_party_sends(byte[] parts, string problem)
    {
        (Channel hospital, Channel lab) = Channel.CreateInMemoryPair(Hospital, Lab);
        await hospital.SendAsync(new RowAssignmentMessage { Parts = parts }, default);

        var e = await Assert.ThrowsAsync<PeerProtocolException>(() => RowAssignment.ReceiveAsync(Study(), 4, lab, default));

        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Build_with_a_split_of_another_length_throws() =>
        Assert.Throws<ArgumentException>(() => RowAssignment.Build(Study(), 11, Split(Enumerable.Repeat(RowUse.Train, 10))));

    private static SplitAssignment Split(IEnumerable<RowUse> uses)
    {
        RowUse[] all = [.. uses];
        return new(all, all.Count(u => u == RowUse.Train), all.Count(u => u == RowUse.Test), all.Count(u => u == RowUse.Unused));
    }

    private static Study Folded(int folds) => Study() with { Evaluation = new EvaluationSettings { Folds = folds } };

    private static Study Study() => new()
    {
        Name = "test",
        LabelParty = Hospital,
        FeatureParties = [Lab],
        Task = new TaskSettings { Kind = TaskKind.Binary },
        Labels = new LabelSettings { DisclosedTo = [Lab] },
        Seed = 7,
    };
}
