using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Tests.Studies;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Agent.Tests.Predictions;

public sealed class TermsComparisonTests
{
    private static readonly PredictionTerms Terms = new(DeskFixture.Run(1), new byte[PredictionTerms.ModelHashSize], "new", "follow-up", 50);

    public static TheoryData<PredictionTerms> Others =>
    [
        Terms with { Model = DeskFixture.Run(2) },
        Terms with { ModelHash = new byte[] { 1, 2, 3 }.Concat(new byte[29]).ToArray() },
        Terms with { Dataset = "old" },
        Terms with { Purpose = "marketing" },
        Terms with { MinimumPatients = 1 },
    ];

    [Fact]
    public async Task Parties_that_were_ordered_the_same_go_on() => await CompareAsync(Terms, Terms with { ModelHash = new byte[PredictionTerms.ModelHashSize] });

    [Theory]
    [MemberData(nameof(Others))]
    public async Task Party_that_was_ordered_anything_else_is_found_out_by_its_peer(PredictionTerms other)
    {
        PeerProtocolException e = await Assert.ThrowsAsync<PeerProtocolException>(() => CompareAsync(Terms, other));

        Assert.Contains("another prediction", e.Message, StringComparison.Ordinal);
    }

    private static async Task CompareAsync(PredictionTerms first, PredictionTerms second)
    {
        (Channel here, Channel there) = Channel.CreateInMemoryPair(DeskFixture.Hospital, DeskFixture.Lab);
        var run = new ActiveRun(DeskFixture.Run(7), new NewestAttempt(1, null), DeskFixture.Document());
        await using var hospital = new RunChannels(run, new Dictionary<PartyId, Channel> { [DeskFixture.Lab] = here });
        await using var lab = new RunChannels(run, new Dictionary<PartyId, Channel> { [DeskFixture.Hospital] = there });
        await Task.WhenAll(TermsComparison.RunAsync(hospital, first, CancellationToken.None), TermsComparison.RunAsync(lab, second, CancellationToken.None));
    }
}
