using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;
using Xunit;
using static VerticalFL.Coordinator.Tests.Registry.RegistryFixture;

namespace VerticalFL.Coordinator.Tests.Registry;

/// <summary>A run over its attempts: every transition, in memory and after a restart.</summary>
public sealed class AttemptTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();
    private readonly StudyDocument _document;
    private readonly RunId _run;

    public AttemptTests()
    {
        _document = _fixture.Approved();
        _run = Runs.Start(_document.Id, _ => true).Run;
    }

    private RunRegistry Runs => _fixture.Runs;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void First_word_ends_the_attempt_for_all_and_later_ones_change_nothing()
    {
        Assert.Equal(["hospital", "pharmacy"], Over(Lab, 1, AttemptCause.ProcessRestarted)!.Select(p => p.Value).Order());
        Assert.Null(Over(Lab, 1, AttemptCause.ProcessRestarted));
        Assert.Null(Over(Hospital, 1, AttemptCause.ChannelLost));
        Assert.Null(Over(new PartyId("stranger"), 1, AttemptCause.ChannelLost));

        Assert.Equal(2, Assert.Single(Runs.BeginAttempts(_ => true)).Attempt);
        Assert.Empty(Runs.BeginAttempts(_ => true));
        Assert.Null(Over(Pharmacy, 1, AttemptCause.ChannelLost));
        Assert.Null(Over(Pharmacy, 3, AttemptCause.ChannelLost));
        Assert.Equal("attempt 1 was over: the agent of 'lab' was killed and started again", View().LastOver);
        Assert.Equal(2, View().Attempt);
    }

    [Fact]
    public void Next_attempt_waits_for_everybody_and_says_for_whom()
    {
        Over(Hospital, 1, AttemptCause.ChannelLost);

        Assert.Empty(Runs.BeginAttempts(p => p != Pharmacy));
        Assert.Equal("waiting for pharmacy: its agent is away", View(p => p != Pharmacy).Waiting);
        Assert.Equal("waiting for lab, pharmacy: their agents are away", View(p => p == Hospital).Waiting);
        Assert.Single(Runs.BeginAttempts(_ => true));
        Assert.Null(View().Waiting);
    }

    [Fact]
    public void Waiting_run_is_under_way_joins_nobody_and_survives_a_restart()
    {
        Over(Lab, 1, AttemptCause.StorageFailed);
        for (int i = 0; i < 2; i++)
        {
            Assert.False(Runs.MayConnect(Lab, Hospital, _run, 1));
            Assert.False(Runs.MayConnect(Lab, Hospital, _run, 2));
            Assert.True(Assert.Single(Runs.OrdersOf(Pharmacy)).AttemptOver);
            Assert.Throws<LocalRequestException>(() => Runs.Start(_document.Id, _ => true));
            Assert.Contains("disk of 'lab'", View().LastOver, StringComparison.Ordinal);
            _fixture.Restart();
        }

        RunOrder next = Assert.Single(Runs.BeginAttempts(_ => true));
        _fixture.Restart();
        Assert.Equal(MessageCodec.Encode(next), MessageCodec.Encode(Assert.Single(Runs.OrdersOf(Lab)).Order));
        Assert.Empty(Runs.BeginAttempts(_ => true));
        Assert.True(Runs.MayConnect(Lab, Hospital, _run, 2));
        Assert.False(Runs.MayConnect(Lab, Hospital, _run, 1));
    }

    [Fact]
    public void Party_that_finished_takes_part_again_and_its_old_word_does_not_count()
    {
        Runs.End(Hospital, new RunEnded(_run, 1, RunOutcome.Finished));
        Assert.Equal(["pharmacy"], Over(Lab, 1, AttemptCause.ProcessRestarted)!.Select(p => p.Value));
        Runs.BeginAttempts(_ => true);

        Assert.Null(View().Parties.Single(p => p.Party == "hospital").Outcome);
        Assert.Single(Runs.OrdersOf(Hospital));
        Runs.End(Hospital, new RunEnded(_run, 1, RunOutcome.Finished));
        Assert.Null(View().Parties.Single(p => p.Party == "hospital").Outcome);
        foreach (PartyId party in (PartyId[])[Hospital, Lab, Pharmacy])
        {
            Runs.End(party, new RunEnded(_run, 2, RunOutcome.Finished));
        }

        Assert.True(View().Ended);
        Assert.Equal(3, Runs.PartiesOfClosed(_run).Count);
        Assert.True(Assert.Single(Runs.OrdersOf(Lab)).Closed);
        Assert.Null(View().FailedFirst);
        Assert.Null(Over(Lab, 2, AttemptCause.ProcessRestarted));
        Assert.Empty(Runs.BeginAttempts(_ => true));
    }

    [Fact]
    public void Attempt_over_where_all_others_have_finished_still_begins_the_next()
    {
        Runs.End(Hospital, new RunEnded(_run, 1, RunOutcome.Finished));
        Runs.End(Pharmacy, new RunEnded(_run, 1, RunOutcome.Finished));

        Assert.Empty(Over(Lab, 1, AttemptCause.ProcessRestarted)!);
        Assert.Single(Runs.BeginAttempts(_ => true));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Failure_that_no_attempt_can_mend_ends_a_waiting_run_whatever_attempt_it_is_told_of(int attempt)
    {
        Over(Lab, 1, AttemptCause.ChannelLost);
        if (attempt == 2)
        {
            Runs.BeginAttempts(_ => true);
        }

        Assert.Equal(2, Runs.End(Pharmacy, new RunEnded(_run, 1, RunOutcome.DataRefused)).Stop.Count);
        Assert.Empty(Runs.BeginAttempts(_ => true));
        Assert.Null(Over(Hospital, attempt, AttemptCause.ChannelLost));
        Assert.NotNull(Assert.Single(Runs.OrdersOf(Lab)).StopReason);
        Assert.Equal("pharmacy", View().FailedFirst);
    }

    [Fact]
    public void Cancel_ends_a_waiting_run_also_for_who_is_away()
    {
        Over(Lab, 1, AttemptCause.ProcessRestarted);

        Assert.Equal(3, Runs.Cancel(_run, "enough").Count);
        Runs.Away(Lab);
        Runs.End(Hospital, new RunEnded(_run, 1, RunOutcome.Cancelled));
        Runs.End(Pharmacy, new RunEnded(_run, 1, RunOutcome.Cancelled));

        Assert.True(View().Ended);
        Assert.All(View().Parties, p => Assert.Equal(RunOutcome.Cancelled, p.Outcome));

        // The lab's own word is still to come.
        Assert.Empty(Runs.PartiesOfClosed(_run));
        Assert.False(Assert.Single(Runs.OrdersOf(Lab)).Closed);
        Assert.Empty(Runs.OrdersOf(Hospital));
        Assert.Empty(Runs.BeginAttempts(_ => true));
    }

    [Fact]
    public void Pause_ends_the_attempt_until_resume_also_over_a_restart()
    {
        (int attempt, IReadOnlyList<PartyId> stop) = Runs.Pause(_run);
        Assert.Equal((1, 3), (attempt, stop.Count));
        Assert.Contains("already", Assert.Throws<LocalRequestException>(() => Runs.Pause(_run)).Message, StringComparison.Ordinal);
        _fixture.Restart();

        Assert.True(View().Paused);
        Assert.Contains("resumes", View().Waiting, StringComparison.Ordinal);
        Assert.Equal("attempt 1 was over: the run was paused", View().LastOver);
        Assert.Empty(Runs.BeginAttempts(_ => true));
        Assert.True(Assert.Single(Runs.OrdersOf(Lab)).AttemptOver);
        Assert.Null(Over(Lab, 1, AttemptCause.Stopped));

        Runs.Resume(_run);
        Assert.Equal(2, Assert.Single(Runs.BeginAttempts(_ => true)).Attempt);
        Assert.False(View().Paused);
        Assert.Contains("not paused", Assert.Throws<LocalRequestException>(() => Runs.Resume(_run)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pause_of_a_waiting_run_holds_it_and_cancel_ends_it()
    {
        Over(Lab, 1, AttemptCause.ChannelLost);
        Assert.Empty(Runs.Pause(_run).Stop);
        Assert.Empty(Runs.BeginAttempts(_ => true));

        Assert.Equal(3, Runs.Cancel(_run, "enough").Count);
        Assert.Throws<LocalRequestException>(() => Runs.Pause(_run));
        Assert.Throws<LocalRequestException>(() => Runs.Resume(_run));
    }

    [Fact]
    public void Pauses_grow_while_attempts_are_short_and_begin_anew_after_a_lasting_one()
    {
        double[] pauses = [.. Enumerable.Range(1, 8).Select(a => PauseAfter(a, AttemptCause.StorageFailed))];
        Assert.Equal([0, 1, 2, 4, 8, 16, 30, 30], pauses);

        _fixture.Clock.Pass(AttemptPause.Lasting);
        Assert.Equal(0, PauseAfter(9, AttemptCause.StorageFailed));
        Assert.Equal([0, 0], [PauseAfter(10, AttemptCause.ProcessRestarted), PauseAfter(11, AttemptCause.AgentStopped)]);
        Assert.Equal(1, PauseAfter(12, AttemptCause.Stopped));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(-3)]
    public void Clock_that_is_set_moves_no_pause(int hours)
    {
        PauseAfter(1, AttemptCause.StorageFailed);
        Over(Lab, 2, AttemptCause.StorageFailed);
        _fixture.Clock.Now += TimeSpan.FromHours(hours);

        Assert.Empty(Runs.BeginAttempts(_ => true));
        Assert.Equal(TimeSpan.FromSeconds(1), Runs.PauseLeft());

        _fixture.Clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Single(Runs.BeginAttempts(_ => true));
    }

    [Fact]
    public void Next_attempt_carries_the_decisions_of_today()
    {
        _fixture.Clock.Now += TimeSpan.FromSeconds(2);
        SignedApproval rejected = _fixture.Sign(Pharmacy, _document, approve: false);
        _fixture.Studies.Decide(Pharmacy, rejected);
        Over(Lab, 1, AttemptCause.ChannelLost);

        RunOrder order = Assert.Single(Runs.BeginAttempts(_ => true));

        Assert.Contains(order.Approvals, a => a.Span.SequenceEqual(MessageCodec.Encode(rejected)));
    }

    private double PauseAfter(int attempt, AttemptCause cause)
    {
        Over(Lab, attempt, cause);
        double pause = Runs.PauseLeft()?.TotalSeconds ?? 0;
        if (pause > 0)
        {
            Assert.Empty(Runs.BeginAttempts(_ => true));
            Assert.Contains($"begins after a pause of {pause:0} s", View().Waiting, StringComparison.Ordinal);
            _fixture.Clock.Pass(TimeSpan.FromSeconds(pause));
        }

        Assert.Equal(attempt + 1, Assert.Single(Runs.BeginAttempts(_ => true)).Attempt);
        return pause;
    }

    private IReadOnlyList<PartyId>? Over(PartyId party, int attempt, AttemptCause cause) => Runs.AttemptOver(party, new AttemptOver(_run, attempt, cause));

    private RunView View(Func<PartyId, bool>? connected = null) => Runs.View(_run, connected ?? (_ => true), _ => 0);
}
