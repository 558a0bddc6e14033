using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>A recorder inside TLS at every party of a whole consortium finds nothing but what the protocols list.</summary>
public sealed class RecorderTests(RecordedRunFixture fixture)
{
    [Fact]
    public async Task An_honest_run_shows_listed_messages_uniform_masked_values_and_no_secret()
    {
        RecordedRun run = await fixture.RunAsync();
        LeakChecker checker = await fixture.CheckerAsync();

        Assert.True(checker.NeedleCount > 100_000, $"Only {checker.NeedleCount} forms are looked for.");
        Assert.Empty(checker.Judge(run.Messages));
    }

    [Fact]
    public async Task Every_listed_message_was_recorded_and_both_recorders_saw_the_same_bytes()
    {
        RecordedRun run = await fixture.RunAsync();
        ILookup<bool, RecordedMessage> between = run.Messages.Where(m => m.Peer != PartyId.Coordinator).ToLookup(m => m.Sent);
        var arrived = between[false].GroupBy(m => (m.From, m.To)).ToDictionary(g => g.Key, g => g.ToArray());

        foreach (IGrouping<(PartyId From, PartyId To), RecordedMessage> sent in between[true].GroupBy(m => (m.From, m.To)))
        {
            // Two readers, each in its own order: heads are read apart. They come at the start, at least one checkpoint (the training's end) and the end.
            RecordedMessage[] left = ByReader(sent), came = ByReader(arrived[sent.Key]);
            Assert.Equal(left.Select(m => m.Type), came.Select(m => m.Type));
            Assert.All(left.Zip(came), p => Assert.True(p.First.Bytes.AsSpan().SequenceEqual(p.Second.Bytes)));
            Assert.True(left.Count(m => m.Type == MessageType.AuditHead) >= 3, "no head was sent at a checkpoint");
        }

        // Tags belong to two parties alone, the other protocol's messages to its own runs, a hello of predictions, shares of absence and the choice of a model to studies that have them; a run that nobody cancels has no RunCancel.
        Assert.Equal(
            MessageCatalog.All.Select(d => d.Type)
                .Where(t => t == MessageType.AuditHead || ((int)t >= 100 && t is not (MessageType.OprfTags or MessageType.CohortMarks or MessageType.PredictionHello or MessageType.AbsenceContribution or MessageType.ModelChoice) && !AllowedMessages.OfEcdh.Contains(t))).Order(),
            between[true].Select(m => m.Type).Distinct().Order());
        Assert.All(run.Study.Study.Parties, p => Assert.Contains(run.Messages, m => m.At == p && m.Type == MessageType.RunProgress));

        static RecordedMessage[] ByReader(IEnumerable<RecordedMessage> messages) => [.. messages.OrderBy(m => m.Type == MessageType.AuditHead)];
    }

    [Fact]
    public async Task The_sum_of_the_masked_values_is_small_numbers_so_that_uniformity_is_the_masks_work()
    {
        RecordedRun run = await fixture.RunAsync();
        MaskedActivations[] lab = MaskedWords.Of(run.Messages, RecordedCohort.Lab);
        MaskedActivations[] pharmacy = MaskedWords.Of(run.Messages, RecordedCohort.Pharmacy);

        uint[] sums = [.. lab.Zip(pharmacy).SelectMany(p => MaskedWords.Words(p.First).Zip(MaskedWords.Words(p.Second), (a, b) => unchecked(a + b)))];

        Assert.NotEmpty(Uniformity.Judge(sums, run.Study.Study.Model.Cut));
        Assert.All(sums, s => Assert.InRange((int)s, -(64 << 20), 64 << 20));
    }
}
