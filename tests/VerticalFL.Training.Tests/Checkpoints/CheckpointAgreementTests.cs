using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Checkpoints;
using Xunit;

namespace VerticalFL.Training.Tests.Checkpoints;

public sealed class CheckpointAgreementTests
{
    [Theory]
    [InlineData("4a 6b", "4a 6b", "4a 6b", "6b")]
    [InlineData("4a 6b", "4a 6b", "2c 4a", "4a")]
    [InlineData("4a 6b", "4a", "6b", "")]
    [InlineData("4a 6b", "4a 6b", "", "")]
    [InlineData("", "4a 6b", "4a 6b", "")]
    [InlineData("4a", "4a 6b", "4a 6b", "4a")]
    [InlineData("", "", "", "")]
    public void The_newest_that_all_hold_is_chosen(string own, string lab, string pharmacy, string chosen) =>
        Assert.Equal(Marks(chosen).SingleOrDefault(), Choose(own, lab, pharmacy));

    [Theory]
    [InlineData("4a 6b", "4a 6c", "4a", "lab")]
    [InlineData("4a 6b", "4a 6b", "4c 6b", "pharmacy")]
    [InlineData("4a", "4a 6b", "4a 6c", "pharmacy")]
    [InlineData("", "6b", "6c", "pharmacy")]
    public void Another_transcript_of_a_step_is_refused_even_where_another_step_would_do(string own, string lab, string pharmacy, string blamed) =>
        Assert.Equal(blamed, Assert.Throws<PeerProtocolException>(() => Choose(own, lab, pharmacy)).Peer.Value);

    [Fact]
    public void Any_offers_lead_to_the_newest_common_step_or_to_none()
    {
        var random = new Random(5);
        for (int round = 0; round < 500; round++)
        {
            CheckpointMark[][] all = [.. Enumerable.Range(0, 4).Select(_ => Enumerable.Range(0, 2).Select(_ => random.Next(1, 4)).Distinct().Order()
                .Select(s => Mark(s, 'a')).ToArray())];

            CheckpointMark? chosen = CheckpointAgreement.Choose(
                all[0], all[1..].Select((m, i) => KeyValuePair.Create(new PartyId($"p{i}"), (IReadOnlyList<CheckpointMark>)m)));

            long[] common = [.. all.Select(m => m.Select(x => x.Step)).Aggregate((a, b) => a.Intersect(b))];
            Assert.Equal(common.Length == 0 ? null : common.Max(), chosen?.Step);
        }
    }

    private static CheckpointMark? Choose(string own, string lab, string pharmacy) => CheckpointAgreement.Choose(
        Marks(own), [new(new PartyId("lab"), Marks(lab)), new(new PartyId("pharmacy"), Marks(pharmacy))]);

    private static CheckpointMark[] Marks(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(m => Mark(m[0] - '0', m[1]))];

    private static CheckpointMark Mark(long step, char transcript) => new(step, Enumerable.Repeat((byte)transcript, 32).ToArray());
}
