using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using Xunit;
using static VerticalFL.Coordinator.Tests.Registry.RegistryFixture;

namespace VerticalFL.Coordinator.Tests.Registry;

/// <summary>What the coordinator shows of links that are missing, and were.</summary>
public sealed class RunLinksTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();
    private readonly RunId _run;

    public RunLinksTests() => _run = _fixture.Runs.Start(_fixture.Approved().Id, _ => true).Run;

    private RunView View => _fixture.Runs.View(_run, _ => true, _ => 0);

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Missing_link_is_shown_with_its_age_and_its_next_try_as_time_passes_whatever_the_clock_shows()
    {
        Tell(Lab, Down(Hospital, LinkFault.ConnectionRefused, down: 2_000, tries: 11, next: 1_500));
        Assert.Equal(new LinkView("lab", "hospital", LinkFault.ConnectionRefused, 2, 11, true, 1.5), Assert.Single(View.Links));

        _fixture.Clock.Pass(TimeSpan.FromSeconds(1));
        _fixture.Clock.Now -= TimeSpan.FromDays(400);
        Assert.Equal(new LinkView("lab", "hospital", LinkFault.ConnectionRefused, 3, 11, true, 0.5), Assert.Single(View.Links));

        _fixture.Clock.Pass(TimeSpan.FromSeconds(1));
        _fixture.Clock.Now += TimeSpan.FromDays(800);
        Assert.Equal((4, 0), (View.Links[0].DownSeconds, View.Links[0].NextTrySeconds));
        Assert.Empty(View.Outages);
    }

    [Fact]
    public void Circuit_is_shown_as_open_behind_the_quick_tries_only()
    {
        Tell(Lab, Down(Hospital, LinkFault.Cut, tries: 10));
        Assert.False(View.Links[0].CircuitOpen);
        Tell(Lab, Down(Hospital, LinkFault.TimedOut, tries: 11));
        Assert.True(Assert.Single(View.Links).CircuitOpen);
        Assert.Equal(LinkFault.TimedOut, View.Links[0].Fault);
    }

    [Fact]
    public void Link_that_is_up_again_goes_into_the_history_with_how_long_it_was_missing()
    {
        DateTimeOffset before = _fixture.Clock.Now;
        _fixture.Clock.Pass(TimeSpan.FromSeconds(10));
        Tell(Lab, Down(Hospital, LinkFault.Closed));
        Tell(Hospital, Down(Lab, LinkFault.Cut));
        Tell(Lab, Up(Hospital, LinkFault.CoordinatorAway, 9_000));

        Assert.Equal("hospital", Assert.Single(View.Links).Party);
        Assert.Equal(new LinkOutageView(1, "lab", "hospital", LinkFault.CoordinatorAway, before.AddSeconds(1), 9), Assert.Single(View.Outages));
    }

    [Fact]
    public void Attempt_that_is_over_takes_its_missing_links_into_the_history_which_outlives_attempts_and_restarts()
    {
        Tell(Lab, Down(Hospital, LinkFault.Silent, down: 30_000));
        _fixture.Runs.AttemptOver(Lab, new AttemptOver(_run, 1, AttemptCause.ChannelLost) { Lost = new LostLink(Hospital, LinkFault.Silent) });

        for (int i = 0; i < 2; i++)
        {
            Assert.Empty(View.Links);
            LinkOutageView outage = Assert.Single(View.Outages);
            Assert.Equal((1, "lab", LinkFault.Silent, 30), (outage.Attempt, outage.Party, outage.Fault, outage.DownSeconds));
            Assert.Equal("attempt 1 was over: 'lab' lost the channel to 'hospital': nothing was heard for too long", View.LastOver);
            _fixture.Restart();
        }

        RunOrder next = Assert.Single(_fixture.Runs.BeginAttempts(_ => true));
        Assert.Equal(new LostLink(Hospital, LinkFault.Silent), next.After!.Lost);
        Assert.Single(View.Outages);
    }

    [Fact]
    public void Words_of_strangers_of_other_attempts_and_of_parties_that_have_ended_change_nothing()
    {
        Tell(new PartyId("stranger"), Down(Hospital, LinkFault.Cut));
        Tell(Lab, Down(new PartyId("stranger"), LinkFault.Cut));
        Tell(Lab, Down(Lab, LinkFault.Cut));
        Tell(Lab, Down(Hospital, LinkFault.Cut) with { Attempt = 2 });
        Tell(Lab, Down(Hospital, LinkFault.Cut) with { Run = RunId.FromBytes(new byte[RunId.Size]) });
        _fixture.Runs.End(Pharmacy, new RunEnded(_run, 1, RunOutcome.Finished));
        Tell(Pharmacy, Down(Hospital, LinkFault.Cut));

        Assert.Empty(View.Links);
        Assert.Empty(View.Outages);
    }

    [Fact]
    public void Party_that_is_away_or_has_ended_says_nothing_any_more()
    {
        Tell(Lab, Down(Hospital, LinkFault.Cut));
        Tell(Pharmacy, Down(Hospital, LinkFault.Cut));
        _fixture.Runs.Away(Lab);
        Assert.Equal("pharmacy", Assert.Single(View.Links).Party);
        _fixture.Runs.End(Pharmacy, new RunEnded(_run, 1, RunOutcome.Finished));
        Assert.Empty(View.Links);
    }

    [Fact]
    public void Flood_of_outages_keeps_the_newest()
    {
        for (int i = 1; i <= 1000; i++)
        {
            Tell(Lab, Up(Hospital, LinkFault.Cut, i * 1_000));
        }

        Assert.Equal(Enumerable.Range(981, 20).Select(i => (double)i), View.Outages.Select(o => o.DownSeconds));
    }

    private LinkReport Down(PartyId peer, LinkFault fault, int down = 0, int tries = 0, int next = 0) => new(_run, 1, peer, false, fault, down, tries, next);

    private LinkReport Up(PartyId peer, LinkFault fault, int down) => new(_run, 1, peer, true, fault, down, 0, 0);

    private void Tell(PartyId party, LinkReport report) => _fixture.Runs.Link(party, report);
}
