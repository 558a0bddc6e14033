using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
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
